//go:build !go1.24

// The first line of a trace, and the answer to -list.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"unsafe"
)

// schedBytes is the length of aeskeysched in the header on every machine;
// 386 has only 64 bytes of it, the rest is zero.
const schedBytes = 128

// begins writes the header line.
func (r *recorder) begins(o options) {
	k := r.k
	text := func(label, v string) {
		r.line = strconv.AppendQuote(append(r.line, label...), v)
	}
	text(`{"go":`, runtime.Version())
	text(`,"arch":`, runtime.GOARCH)
	r.num(`,"ptr":`, int(ptrSize))
	text(`,"kind":`, k.kind)
	text(`,"map":`, k.name)
	r.unsigned(`,"seed":`, o.seed)
	text(`,"profile":`, o.profile)
	r.boolean(`,"det":`, true)
	r.boolean(`,"slow":`, o.slow)
	r.num(`,"keysize":`, int(k.t.keysize))
	r.num(`,"elemsize":`, int(k.t.elemsize))
	r.num(`,"fullkey":`, int(k.key.Size()))
	r.num(`,"fullelem":`, int(k.elem.Size()))
	r.num(`,"bucketsize":`, int(k.t.bucketsize))
	r.num(`,"mapflags":`, int(k.t.flags))
	r.boolean(`,"bucketptrs":`, k.t.bucket.ptrdata != 0)
	r.boolean(`,"keyptrs":`, k.t.key.ptrdata != 0)
	r.boolean(`,"elemptrs":`, k.t.elem.ptrdata != 0)
	r.boolean(`,"useAeshash":`, useAeshash)
	var sched [schedBytes]byte
	copy(sched[:], aeskeysched[:])
	r.line = append(appendHex(append(r.line, `,"aeskeysched":"`...), sched[:]), '"')
	r.line = append(r.line, `,"hashkey":[`...)
	for i, v := range hashkey {
		r.line = append(appendHex64(append(comma(r.line, i), '"'), uint64(v), 1), '"')
	}
	text(`],"rng":`, rngName())
	r.num(`,"sizeof":{"hmap":`, int(unsafe.Sizeof(hmap{})))
	r.num(`,"mapextra":`, int(unsafe.Sizeof(mapextra{})))
	r.num(`,"hiter":`, int(unsafe.Sizeof(hiter{})))
	r.line = append(r.line, "}}\n"...)
	if _, err := r.out.Write(r.line); err != nil {
		refuse("%v", err)
	}
}

// printList answers -list.
func printList() {
	list := struct {
		Go       string            `json:"go"`
		Arch     string            `json:"arch"`
		Kinds    []string          `json:"kinds"`
		Types    map[string]string `json:"types"`
		Profiles []string          `json:"profiles"`
	}{Go: runtime.Version(), Arch: runtime.GOARCH, Types: map[string]string{}}
	for _, k := range kinds {
		list.Kinds = append(list.Kinds, k.kind)
		list.Types[k.kind] = k.name
	}
	for _, p := range programs {
		list.Profiles = append(list.Profiles, p.name)
	}
	text, err := json.Marshal(list)
	if err != nil {
		refuse("%v", err)
	}
	fmt.Fprintln(os.Stdout, string(text))
}
