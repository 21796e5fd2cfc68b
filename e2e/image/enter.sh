#!/bin/sh
# Runs a program as the image's container would, with the kernel's own means: it sees the image's tree, which it can't write to, Node with its
# libraries, an empty /tmp and the folders that are volumes; it is the image's user and can become nobody else.
#   enter.sh TREE USER SECRETS STATE NODE program…   (as root, in a mount namespace of its own: unshare --mount)
set -eu
tree=$1 user=$2 secrets=$3 state=$4 node=$5
shift 5
mount --make-rprivate /
root=$(mktemp -d)
mount -t tmpfs -o size=200m tmpfs "$root"
mkdir -p "$root/portal" "$root/usr/local/bin" "$root/proc" "$root/dev" "$root/etc" "$root/tmp" "$root/run/secrets" "$root/var/lib/payout-portal"
libraries=$(ldd "$node" | grep -o '/[^ )]*')
libc=$(echo "$libraries" | grep '/libc\.so')
# The parts of the C library that programs load by themselves; every base image with this library has them.
for library in $libraries "$(dirname "$libc")"/librt.so.1 "$(dirname "$libc")"/libresolv.so.2 "$(dirname "$libc")"/libnss_*.so.2; do
  [ -e "$library" ] || continue
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
printf '127.0.0.1 localhost\n' > "$root/etc/hosts"
for file in usr/local/bin/node dev/null dev/urandom; do : > "$root/$file"; done
mount --bind "$node" "$root/usr/local/bin/node"
mount --bind /dev/null "$root/dev/null"
mount --bind /dev/urandom "$root/dev/urandom"
mount --rbind /proc "$root/proc"
mount --bind "$tree/portal" "$root/portal"
mount -o remount,bind,ro "$root/portal"
mount --bind "$secrets" "$root/run/secrets"
mount -o remount,bind,ro "$root/run/secrets"
mount --bind "$state" "$root/var/lib/payout-portal"
mount -t tmpfs -o size=64m,mode=1777 tmpfs "$root/tmp"
mount -o remount,ro "$root"
# Nothing that is started gets a right by what file it is; with the user's number go root's own rights.
exec setpriv --no-new-privs unshare --root "$root" --wd /portal --setgid "${user#*:}" --setuid "${user%:*}" -- "$@"
