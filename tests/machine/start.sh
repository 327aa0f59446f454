#!/bin/busybox sh
# First moments of the emulated machine: modules, then this machine's files read-only under a layer in its memory.
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
for module in $($b cat /modules/order); do $b insmod "/modules/$module" || echo "no $module"; done
how=trans=virtio,version=9p2000.L,msize=512000
for name in machine tools kernel; do
    $b mount -t 9p -o "ro,$how,cache=loose" $name /$name || { echo "no $name" && $b poweroff -f; }
done
$b mount -t tmpfs -o size=75% memory /memory
$b mkdir /memory/up /memory/work
below=/tools:/kernel:/machine
$b mount -t overlay -o "lowerdir=$below,upperdir=/memory/up,workdir=/memory/work" root /root || $b poweroff -f
for name in proc sys dev; do $b mkdir -p /root/$name && $b mount --move /$name /root/$name; done
$b mkdir -p /root/job
$b mount -t 9p -o "rw,$how,cache=none,access=any" job /root/job || $b poweroff -f
export selfcareinside=yes
exec $b switch_root /root /bin/bash "$selfcarefirst"
