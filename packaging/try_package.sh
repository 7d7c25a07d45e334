#!/usr/bin/env bash
# Tries the Debian package as a person would: on a fresh Debian 12 it installs the .deb, runs the programs without a
# screen and the window on one, uninstalls, and says what remained. Needs root, mmdebstrap, and a mirror of Debian.
#
#   packaging/try_package.sh [PACKAGE.deb]   without one, it builds the package from build/release first
#
# ESPALIER_SUITE names another suite than bookworm, ESPALIER_MIRROR another mirror, ESPALIER_ROOT a folder for the root
# file system, which is kept and used again; otherwise it is a temporary one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
suite=${ESPALIER_SUITE:-bookworm}
mirror=${ESPALIER_MIRROR:-http://deb.debian.org/debian}

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

[[ $(id -u) -eq 0 ]] || die "A file system of its own needs root."
command -v mmdebstrap >/dev/null || die "mmdebstrap is not installed (Debian package mmdebstrap)."

package=${1:-}
if [[ -z $package ]]; then
  [[ -e build/release/CPackConfig.cmake ]] || die "There is no build/release to package: run ./workbench build first."
  (cd build/release && cpack -G DEB -B package >&2)
  package=$(ls -t build/release/package/espalier_*.deb | head -1)
fi
[[ -f $package ]] || die "There is no package $package."
say "Trying $package ($(du -h "$package" | cut -f1)) on $suite"
if command -v lintian >/dev/null; then lintian --info "$package" || true; fi

root=${ESPALIER_ROOT:-}
if [[ -z $root ]]; then
  root=$(mktemp -d)
  trap 'rm -rf --one-file-system "$root"' EXIT
fi
if [[ ! -x $root/usr/bin/dpkg ]]; then
  # xvfb and xdotool stand for the screen and the person; they are there before, so that they do not count as remains.
  mmdebstrap --mode=root --variant=apt --include=ca-certificates,xvfb,xauth,xdotool,x11-utils "$suite" "$root" \
    "deb $mirror $suite main" >&2
fi
# The machine's own way to the network.
cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
cp "$package" "$root/tmp/espalier.deb"

# In a mount namespace, so that nothing stays mounted.
inside() {
  unshare -m -p -f bash -c 'mount -t proc proc "$0/proc" && mount -t tmpfs tmpfs "$0/dev/shm" 2>/dev/null; exec chroot "$0" "$@"' \
    "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}
# Every path of the file system but for what the system itself keeps (logs, caches, dpkg's own records).
files_now() {
  inside find / -xdev \( -path /proc -o -path /tmp -o -path /var/log -o -path /var/cache -o -path /var/lib/dpkg -o -path /var/lib/apt \
    -o -path /run -o -path /dev \) -prune -o -print | sort
}

inside apt-get update -q >&2
before=$(mktemp) after=$(mktemp) packages=$(mktemp)
inside dpkg-query -W -f '${Package}\n' | sort >"$packages"
# Once to and fro, so that what its dependencies leave does not count as its own.
inside apt-get install -y -q -o Dpkg::Use-Pty=0 /tmp/espalier.deb >&2
inside apt-get remove -y -q -o Dpkg::Use-Pty=0 --purge espalier >&2
files_now >"$before"
inside apt-get install -y -q -o Dpkg::Use-Pty=0 /tmp/espalier.deb >&2
say "Installed: $(inside dpkg-query -W -f '${Version}, ${Installed-Size} KB' espalier), $(comm -13 "$packages" <(inside dpkg-query -W -f '${Package}\n' | sort) | wc -l) packages with it"

# A person's programs, each in a home of its own.
inside espalier-cli --version
inside espalier-cli run --sample --out /tmp/run >/dev/null
inside test -s /tmp/run/espalier-recipe.json || die "espalier-cli run --sample wrote no model."
if inside test -x /usr/bin/python3; then
  inside python3 -c 'import espalier'
else
  say "There is no python3 on this system, so the Python module is not tried"
fi
# The window on a screen: it must appear with its title, and end by its close button's message with status 0.
inside bash -c '
  Xvfb :77 -screen 0 1280x800x24 >/dev/null 2>&1 & screen=$!
  export DISPLAY=:77
  for i in $(seq 100); do xdpyinfo >/dev/null 2>&1 && break; sleep 0.1; done
  espalier >/tmp/window.log 2>&1 & program=$!
  window=$(timeout 60 xdotool search --sync --onlyvisible --name Espalier | head -1)
  [[ -n $window ]] || { cat /tmp/window.log; exit 1; }
  echo "The window is there: $(xdotool getwindowname "$window")"
  sleep 3
  xdotool windowclose "$window" 2>/dev/null
  kill -TERM $program 2>/dev/null
  wait $program; status=$?
  kill $screen
  cat /tmp/window.log
  [[ $status -eq 0 || $status -eq 143 ]] || { echo "The window ended with status $status."; exit 1; }
'

inside apt-get remove -y -q -o Dpkg::Use-Pty=0 --purge espalier >&2
inside rm -rf /root/.config /root/.cache /root/.local
files_now >"$after"
remains=$(comm -13 "$before" "$after" || true)
rm -f "$before" "$after" "$packages"
if [[ -n $remains ]]; then
  say "After uninstalling these remained:"
  say "$remains"
  exit 1
fi
say "Installed, ran, and uninstalled without remains."
