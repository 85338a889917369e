//go:build !go1.24

// Oracle records traces of the real Go runtime's map (Go 1.19, 1.21, 1.22,
// 1.23): one map program per run, with everything the map consists of after
// every operation. README.md says how to build and run it.
package main

import (
	"bufio"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
)

var versions = []string{"go1.19", "go1.21", "go1.22", "go1.23"}

// options are the command line.
type options struct {
	kind, profile, out string
	seed               uint64
	ops                int
	slow, list         bool
}

func init() {
	runtime.MemProfileRate = 0 // the profiler would draw from the M's generator
}

func main() {
	debug.SetGCPercent(-1)
	runtime.LockOSThread()
	var o options
	flags := flag.NewFlagSet("oracle", flag.ContinueOnError)
	flags.StringVar(&o.kind, "kind", "u64u64", "map type to record (see -list)")
	flags.StringVar(&o.profile, "profile", "mixed", "kind of program (see -list)")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the program, the hash keys and the generator")
	flags.IntVar(&o.ops, "ops", 2000, "number of operations")
	flags.BoolVar(&o.slow, "slow", false, "call the generic map functions for a type that has fast ones")
	flags.StringVar(&o.out, "o", "-", "output file; .gz is compressed, - is standard output")
	flags.BoolVar(&o.list, "list", false, "print kinds and profiles as JSON and stop")
	flags.SetOutput(io.Discard)
	if err := flags.Parse(os.Args[1:]); err == flag.ErrHelp {
		flags.SetOutput(os.Stdout)
		flags.PrintDefaults()
		return
	} else if err != nil {
		refuse("%v", err)
	}
	if flags.NArg() > 0 {
		refuse("unexpected argument %q", flags.Arg(0))
	}
	checkVersion()
	if o.list {
		printList()
		return
	}
	record(o)
}

// refuse ends the program with one line and exit status 2.
func refuse(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, "oracle: "+format+"\n", args...)
	os.Exit(2)
}

func checkVersion() {
	v := runtime.Version()
	for _, known := range versions {
		if v == known || strings.HasPrefix(v, known+".") || strings.HasPrefix(v, known+" ") {
			return
		}
	}
	refuse("%s is not one of the known versions %s", v, strings.Join(versions, ", "))
}

// record runs one recording, from the checks to the last byte.
func record(o options) {
	k := kindNamed(o.kind)
	if k == nil {
		refuse("unknown kind %q; -list prints them", o.kind)
	}
	program := programNamed(o.profile)
	if program == nil {
		refuse("unknown profile %q; -list prints them", o.profile)
	}
	if o.ops < 1 {
		refuse("-ops %d is less than 1", o.ops)
	}
	if o.profile == "noaes" && useAeshash {
		restartWithoutAES()
	}
	off, err := checkLayout()
	if err != nil {
		refuse("layout of %s differs from what is known: %v", runtime.Version(), err)
	}
	if o.slow {
		k.fast = slow
	}
	w, closeAll := open(o.out)
	openArenas()
	growStack(1 << 6)
	seedHashing(o.seed, !hashkeysAnyParity())
	s := splitmix(o.seed)
	r := newRecorder(k, off, s.next, w)
	r.begins(o)
	p := newProgram(r, splitmix(s.next()), o.ops)
	program(p)
	closeAll()
}

// hashkeysAnyParity: only Go 1.23 leaves the portable hash's keys even.
func hashkeysAnyParity() bool { return strings.HasPrefix(runtime.Version(), "go1.23") }

// restartWithoutAES runs this program again with the hardware hash switched
// off: the runtime chooses the hash before any Go code runs.
func restartWithoutAES() {
	const off = "cpu.aes=off"
	if strings.Contains(os.Getenv("GODEBUG"), off) {
		refuse("%s still uses the AES hash", "GODEBUG="+off)
	}
	self, err := os.Executable()
	if err != nil {
		refuse("%v", err)
	}
	env := []string{}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GODEBUG=") {
			env = append(env, v)
		}
	}
	debug := "GODEBUG=" + off
	if old := os.Getenv("GODEBUG"); old != "" {
		debug = "GODEBUG=" + old + "," + off
	}
	refuse("%v", syscall.Exec(self, os.Args, append(env, debug)))
}

// open gives the writer for -o and what to call at the end.
func open(name string) (io.Writer, func()) {
	file := os.Stdout
	if name != "-" {
		f, err := os.Create(name)
		if err != nil {
			refuse("%v", err)
		}
		file = f
	}
	buffered := bufio.NewWriterSize(file, 1<<16)
	var w io.Writer = buffered
	last := func() error { return nil }
	if strings.HasSuffix(name, ".gz") {
		z := gzip.NewWriter(buffered)
		w, last = z, z.Close
	}
	return w, func() {
		for _, f := range []func() error{last, buffered.Flush, file.Close} {
			if err := f(); err != nil {
				refuse("%v", err)
			}
		}
	}
}
