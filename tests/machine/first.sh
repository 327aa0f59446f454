#!/bin/bash
# First program of the small machine: this one's files, read-only, under a layer in its memory; then the command.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb
umask 022
if [ -z "$selfcareinside" ]; then
    mount -t tmpfs -o size=75% memory /mnt && mkdir /mnt/up /mnt/work /mnt/root
    mount -t overlay -o lowerdir=/,upperdir=/mnt/up,workdir=/mnt/work root /mnt/root || exit
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
ip link set lo up
setsid bash /job/command >/job/stdout 2>/job/stderr </dev/null
echo $? >/job/code.new
mv /job/code.new /job/code
while :; do sleep 60; done # whoever started us ends us
