#!/bin/bash
# First program of the small machine: this one's files, read-only, under a layer in its memory; then the command.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb
umask 022
if [ -z "$selfcareinside" ]; then
    mount -t tmpfs -o size=75% memory /mnt && mkdir /mnt/up /mnt/work /mnt/root /mnt/extra
    below=/
    if [ -n "$selfcareextra" ]; then mount -t hostfs -o "$selfcareextra" none /mnt/extra && below=/mnt/extra:/; fi
    mount -t overlay -o lowerdir=$below,upperdir=/mnt/up,workdir=/mnt/work root /mnt/root || exit
    cd /mnt/root || exit
    mkdir -p job && mount -t hostfs -o "$selfcarejob" none job
    mount -t proc proc proc
    mount -t sysfs sys sys
    mount -t devtmpfs dev dev
    mount -n --move . / || exit # so that it is the root of everything, for whoever enters a namespace too
    selfcareinside=yes exec chroot . /bin/bash "$0"
fi
mount -t tmpfs -o mode=755 run /run
mkdir -p /run/lock /dev/pts /dev/shm /dev/net
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
[ -e /dev/net/tun ] || mknod /dev/net/tun c 10 200
mount -t debugfs debug /sys/kernel/debug 2>/dev/null
for name in regulatory.db regulatory.db.p7s; do
    [ -e /lib/firmware/$name ] || ln -s $name-upstream /lib/firmware/$name
done
if [ -n "$selfcareradios" ]; then # a kernel that has them as modules
    modprobe -a sch_netem sch_tbf veth tun bridge
    [ "$selfcareradios" = 0 ] || modprobe mac80211_hwsim radios="$selfcareradios"
fi
iw reg reload 2>/dev/null # the kernel looked for the rules of the countries before there were files
ip link set lo up
setsid bash /job/command >/job/stdout 2>/job/stderr </dev/null
echo $? >/job/code.new
mv /job/code.new /job/code
while :; do sleep 60; done # whoever started us ends us
