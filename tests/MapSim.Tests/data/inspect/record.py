#!/usr/bin/env python3
"""Records the dumps in this folder: runs maps.go (built before) and has gdb dump the memory that it names.

    record.py PROGRAM FOLDER      writes FOLDER/MAP-WHAT.bin, FOLDER/MAP.args, a line of arguments for mapsim inspect, and
                                  FOLDER/hashkeys.txt, for --hashkeys
"""
import os, subprocess, sys

program, folder = sys.argv[1], sys.argv[2]
os.makedirs(folder, exist_ok=True)
process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
types, ranges = {}, {}
for line in process.stdout:
    if line == "ready\n":
        break
    word = line.split(" ", 3)
    if word[0] == "map":
        types[word[1]] = word[3].strip()
    else:
        name, what, address, size = line.split()[1:]
        ranges.setdefault(name, []).append((what, int(address, 16), int(size)))
commands = []
for name, parts in ranges.items():
    files, strings = [], {}
    for what, address, size in parts:
        if "-key" in what:
            strings.setdefault(address // 4096, []).append((address, address + size))
        else:
            files.append((what, address, address + size))
    for i, spans in enumerate(strings[page] for page in sorted(strings)):
        files.append((f"strings{i}", min(s for s, _ in spans), max(e for _, e in spans)))
    arguments = [f"--type\t{types[name]}"]
    for what, start, end in files:
        file = f"{name}-{what}.bin"
        commands += ["-ex", f"dump binary memory {os.path.join(folder, file)} {start:#x} {end:#x}"]
        arguments.append(f"{'--hmap' if what == 'hmap' else '--mem'}\t{file}@{start:#x}")
    with open(os.path.join(folder, f"{name}.args"), "w") as f:
        f.write("\n".join(arguments) + "\n")
# The symbols of a Go program are data without a type: its words are printed.
words = 8 if folder.endswith("386") else 16
commands += ["-ex", f"x/{words}xg &'runtime.aeskeysched'"]
printed = subprocess.run(["gdb", "-p", str(process.pid), "-batch", *commands], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True).stdout
with open(os.path.join(folder, "hashkeys.txt"), "w") as f:
    f.writelines(line + "\n" for line in printed.splitlines() if "aeskeysched" in line)
process.kill()
