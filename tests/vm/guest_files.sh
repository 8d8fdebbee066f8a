# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# Sourced by scripts/vm_test: what the machine boots from. Packages are fetched by apt and taken
# apart in $cache; nothing of them is installed. Expects $root, $cache (a folder of ours) and say().

# fetch: the kernel's package has its version in its name, and the one that apt knows now may be another
# than last time. Sets $kernel.
fetch() {
    local wanted package
    kernel=$(apt-cache depends linux-image-amd64 2>/dev/null |
        sed -n 's/.*Depends: linux-image-\([0-9].*-amd64\)$/\1/p' | head -n 1)
    [ -n "$kernel" ] || give_up "apt does not know linux-image-amd64; run \`apt-get update\`"
    wanted=$(packages_for guest | sed "s/^linux-image-amd64\$/linux-image-$kernel/")
    mkdir -p "$cache/packages" "$cache/system"
    for package in $wanted; do
        ! compgen -G "$cache/packages/${package}_*.deb" >/dev/null || continue
        say "  fetching $package"
        (cd "$cache/packages" && timeout 600 apt-get -q download "$package") >"$cache/fetch.log" 2>&1 ||
            { tail -n 5 "$cache/fetch.log" >&2 && give_up "apt-get could not download $package"; }
    done
}

# take_apart: of the kernel only sound, USB and HID, 54 MB instead of 400.
take_apart() {
    local package done=$cache/system/.$kernel.complete
    [ ! -e "$done" ] || return 0
    rm -rf "$cache/system" && mkdir -p "$cache/system"
    for package in "$cache"/packages/*.deb; do
        case $package in
            */linux-image-"$kernel"_*)
                dpkg-deb --fsys-tarfile "$package" | tar x -C "$cache/system" --wildcards \
                    './boot/vmlinuz-*' './lib/modules/*/modules.*' './lib/modules/*/kernel/sound/*' \
                    './lib/modules/*/kernel/drivers/usb/*' './lib/modules/*/kernel/drivers/hid/*' \
                    './lib/modules/*/kernel/drivers/media/mc/*'
                ;;
            */linux-image-*) ;;
            *) dpkg-deb -x "$package" "$cache/system" ;;
        esac
    done
    # Debian 13 has them and their list where /lib is a link, and packs modules.
    find "$cache/system" -name '*.ko.xz' -exec xz -d {} +
    unpack_kernel
    touch "$done"
}

# unpack_kernel: a kernel that need not unpack itself is 10 s of a simulated processor's time sooner up.
unpack_kernel() {
    python3 - "$cache/system/boot/vmlinuz-$kernel" "$cache/system/vmlinux" <<'PYTHON' ||
import lzma, sys
packed = open(sys.argv[1], "rb").read()
at = packed.find(b"\xfd7zXZ\x00")
if at < 0:
    sys.exit(1)
open(sys.argv[2], "wb").write(lzma.LZMADecompressor().decompress(packed[at:]))
PYTHON
        cp "$cache/system/boot/vmlinuz-$kernel" "$cache/system/vmlinux"
}

# needs FILE...: the shared libraries of these programs, as they lie here or in the packages.
needs() {
    LD_LIBRARY_PATH=$cache/system/usr/lib/x86_64-linux-gnu ldd "$@" 2>/dev/null |
        grep -o '/[^ ]*\.so[^ ]*' | sort -u
}

# module_files NAME...: they and what they need, in the order of loading.
module_files() {
    local modules=$cache/system/lib/modules/$kernel
    [ -d "$modules" ] || modules=$cache/system/usr/lib/modules/$kernel
    "$busybox" depmod -b "$cache/system" "$kernel"
    python3 - "$modules" "$@" <<'PYTHON'
import pathlib, sys
folder = pathlib.Path(sys.argv[1])
below = {}
for line in (folder / "modules.dep").read_text().splitlines():
    name, _, others = line.partition(":")
    below[name] = others.split()
by_name = {pathlib.Path(name).stem.replace("-", "_"): name for name in below}
told = []
def tell(name):
    if name in told:
        return
    for other in below[name]:
        tell(other)
    told.append(name)
for word in sys.argv[2:]:
    if word.replace("-", "_") in by_name:   # else it is part of the kernel
        tell(by_name[word.replace("-", "_")])
print("\n".join(str(folder / name) for name in told))
PYTHON
}

# make_guest FILE PROGRAM...: the whole root file system of the machine, unpacked as it lies in memory.
make_guest() {
    local image=$1 tree file n=0
    shift
    busybox=$cache/system/bin/busybox
    [ -x "$busybox" ] || busybox=$cache/system/usr/bin/busybox
    tree=$(mktemp -d "$cache/guest.XXXXXX")
    mkdir -p "$tree"/{bin,sbin,lib,lib64,dev,proc,sys,tmp,run,etc,modules,fourpole} "$tree/usr/lib" "$tree/usr/share"
    cp "$busybox" "$tree/bin/busybox"
    for file in "$cache"/system/usr/bin/{amixer,usbrelay} "$cache"/system/usr/sbin/usbrelay; do
        [ ! -x "$file" ] || cp "$file" "$tree/bin/"
    done
    file=$cache/system/bin/udevadm
    [ -x "$file" ] || file=$cache/system/usr/bin/udevadm
    cp "$file" "$tree/bin/systemd-udevd" # which of the two it is it knows by this name
    cp "$@" "$tree/fourpole/"
    while read -r file; do
        mkdir -p "$tree$(dirname "${file#"$cache/system"}")"
        cp -L "$file" "$tree${file#"$cache/system"}"
    done < <(needs "$tree"/bin/{amixer,usbrelay,systemd-udevd} "$tree"/fourpole/*)
    for file in $(module_files snd-usb-audio usbhid hid-generic vhci-hcd); do
        n=$((n + 1))
        cp "$file" "$tree/modules/$(printf %03d $n)-$(basename "$file")"
    done
    cp -r "$root/profiles" "$tree/fourpole/profiles"
    cp -r /usr/share/alsa "$tree/usr/share/alsa" # without /etc/alsa, which asks for a sound server
    cp "$root/tests/vm/init" "$tree/init"
    cp "$root/tests/vm/steps.sh" "$root"/tests/vm/*.json "$tree/fourpole/"
    chmod +x "$tree/init"
    printf 'root:x:0:0:root:/:/bin/sh\n' >"$tree/etc/passwd"
    printf 'root:x:0:\naudio:x:29:\n' >"$tree/etc/group"
    # What the programs are linked with is found by the same paths; the host's order of them, too.
    (cd "$tree" && find . -print | "$busybox" cpio -o -H newc) >"$image" 2>/dev/null
    rm -rf "$tree"
}
