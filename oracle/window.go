//go:build !go1.24

// The measured window: the M's generator is set to the recording's state,
// the operation runs, and the state is read back. Between windows the
// runtime may draw as it likes; the recording's stream does not notice,
// which is what makes traces repeat.
package main

import (
	"fmt"
	"os"
	"unsafe"
)

// machine is the M that the recorder is locked to.
type machine struct {
	off    uintptr  // of the generator in m
	state  rngState // the recording's generator
	after  rngState
	replay rngState
	draws  []uint64
	zero   unsafe.Pointer // zero elem for the fat lookups
}

// run performs one operation and leaves its draws in mc.draws. A panic can
// only be let through with the M unpinned.
func (mc *machine) run(k *mapKind, c *call, catch bool) {
	if catch {
		mc.runCatching(k, c)
	} else {
		m := acquirem()
		setState(m, mc.off, mc.state)
		k.invoke(c, mc.zero)
		mc.after = getState(m, mc.off)
		releasem(m)
	}
	mc.draws = mc.draws[:0]
	mc.replay = mc.state
	for !mc.replay.same(&mc.after) {
		mc.draws = append(mc.draws, mc.replay.draw())
		if len(mc.draws) > 1<<22 {
			fmt.Fprintln(os.Stderr, "oracle: the generator's state does not follow from the one before", opNames[c.op])
			os.Exit(2)
		}
	}
	mc.state = mc.after
}

//go:noinline
func (mc *machine) runCatching(k *mapKind, c *call) {
	m := acquirem()
	releasem(m)
	defer func() {
		mc.after = getState(m, mc.off)
		c.err = recover()
	}()
	setState(m, mc.off, mc.state)
	k.invoke(c, mc.zero)
}

// growStack makes the stack large once, for growing it later would unwind
// it, and unwinding draws up to Go 1.21.
//
//go:noinline
func growStack(n int) byte {
	var pad [1 << 12]byte
	pad[n] = 1
	if n > 0 {
		return growStack(n-1) + pad[n]
	}
	return pad[0]
}
