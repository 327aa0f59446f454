"""Who made the network adapter of a box, by the first three bytes of its address.

Source: the IEEE's registry of MA-L assignments ("oui.txt", standards-oui.ieee.org), as in Debian's package ieee-data
20220827.1: the assignments to the makers of the boxes in French homes, whole. A prefix names the maker and never
proves the box: Sagemcom and Arcadyan build for several operators.
"""

from __future__ import annotations

from collections.abc import Mapping

from selfcare.model.box import BoxFamily

_PREFIXES: Mapping[str, str] = {
    "Freebox SAS": """
        0007cb 0024d4 140c76 2066cf 342792 68a378 70fc8f 8c97ea dc00b0 e49e12 f4cae5
    """,
    "SFR": """
        001733 001d16 002515 249504 307ecb 44ce7d 6035c0 6c61f4 8c94cc cc2d1b e0a1d7 e45d51
    """,
    "AVM": """
        00040e 00150c 001a4f 001c4a 001f3f 0024fe 0896d7 1ced6f 246511 2c3afd 2c91ab 3431c4 3481c4 3810d5
        3c3712 3ca62f 444e6d 50e636 5c4979 74427f 7cff4d 989bcb 9cc7a6 b0f208 bc0543 c02506 c80e14 ccce1e
        d012cb dc15c8 dc396f e0286d e8df70 f0b014
    """,
    "Sagemcom": """
        000e59 001556 00194b 001bbf 001e74 001f95 002348 002569 002691 0037b7 00604c 00789e 00cb51 04e31a
        083e5d 08d59d 0cac8a 100645 10d7b0 181e78 18622c 1890d8 209a7d 2420c7 247f20 289efc 2c3996 2c79d7
        2ce412 2cf2a5 302478 3093bc 34495b 3453d2 345d9e 346b46 348aae 34db9c 3835fb 38a659 3c1710 3c81d8
        4065a3 40c729 40f201 44adb1 44d453 44d454 44e9dd 482952 4883c7 48d24f 4c17eb 4c195d 506f0c 5464d9
        581dd8 582ff7 589043 5cb13e 5cfa25 646624 64fd96 681590 6c2e85 6c9961 6cbab8 6cffce 700b01 786559
        78c213 7c034c 7c03d8 7c1689 7c2664 7ce87f 8020da 841ea3 84a06e 84a1d1 84a423 88a6c6 8c10d4 8cc5b4
        8cfdde 90013b 904d4a 907282 943c96 94fef4 981e19 984265 988b5d a01b29 a039ee a08e78 a408f5 a86abb
        a89a93 ac3b77 ac84c9 b0982b b0b28f b0bbe5 b86685 b8d94d b8ee0e c03c04 c0ac54 c0d044 c4eb39 c4eb41
        c4eb42 c4eb43 c891f9 c8cd72 cc33bb d05794 d06dc9 d06ede d084b0 d4f829 d833b7 d86ce9 d87d7f d8a756
        d8d775 e4c0e2 e8ada6 e8be81 e8d2ff e8f1b0 ecbedd f04dd4 f08175 f08261 f40595 f46bef f4eb38 f8084f
        f8ab05
    """,
    "Arcadyan": """
        0012bf 001a2a 001d19 002308 00264d 04a222 0c8e29 185880 18828c 1883bf 1cc63c 30b1b5 3cbdc5 44fe3b
        488d36 4c09d4 4c1b86 4c22f3 507e5d 54c45b 5cdc96 608d26 64cc22 709741 743170 78dd12 7c4fb5 849ca6
        880355 88252c 8c19b5 946ab0 9c80df a0b549 a4ceda a8a237 a8d3f7 acb687 acdf9f b8f853 bc30d9 c0d7aa
        c4e532 c899b2 ccd42e d0052a d463fe d48660 e05163 e43ed7 e475dc ec6c9a ecf451 f08620 fc3da5
    """,
    "Sercomm": """
        000e8f 00c002 0c7329 105072 142e5e 2c0823 2c93fb 3802de 3c62f0 3c9872 60ce86 749d79 788102 7894b4
        944a0c b4a5ef d42122 d460e3 e06066 e81b69
    """,
}
_MAKER = {prefix: maker for maker, prefixes in _PREFIXES.items() for prefix in prefixes.split()}

_FAMILY: Mapping[str, BoxFamily] = {
    "Freebox SAS": BoxFamily.FREEBOX,
    "SFR": BoxFamily.SFR,
    "AVM": BoxFamily.FRITZ,
}
"""Makers who are (or work for) one operator only."""


def maker(mac: str | None) -> str | None:
    """The maker's name; None for another one, for no address, and for one that was made up locally."""
    digits = "".join(c for c in (mac or "").lower() if c in "0123456789abcdef")
    return _MAKER.get(digits[:6]) if len(digits) == 12 else None


def family_of(name: str | None) -> BoxFamily | None:
    """The family a maker suggests, where it makes for one only."""
    return _FAMILY.get(name or "")
