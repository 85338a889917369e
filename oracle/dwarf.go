//go:build !go1.24

// The layout check: every mirror of layout.go, and the generator fields of
// the rng files, against the DWARF of this very executable. It also yields
// the offset of the generator inside the runtime's m.
package main

import (
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"os"
	"strings"
	"unsafe"
)

// want is one struct to be found in DWARF: its possible names, its size (0:
// not compared) and its fields. Field names are compared without case.
type want struct {
	names  string // separated by blanks
	size   uintptr
	fields []field
}

type field struct {
	names string // separated by blanks
	off   uintptr
}

func wanted() []want {
	var h hmap
	var x mapextra
	var it hiter
	var r rtype
	var t maptype
	return append([]want{
		{"runtime.hmap", unsafe.Sizeof(h), []field{
			{"count", unsafe.Offsetof(h.count)}, {"flags", unsafe.Offsetof(h.flags)}, {"B", unsafe.Offsetof(h.B)},
			{"noverflow", unsafe.Offsetof(h.noverflow)}, {"hash0", unsafe.Offsetof(h.hash0)},
			{"buckets", unsafe.Offsetof(h.buckets)}, {"oldbuckets", unsafe.Offsetof(h.oldbuckets)},
			{"nevacuate", unsafe.Offsetof(h.nevacuate)}, {"extra", unsafe.Offsetof(h.extra)}}},
		{"runtime.bmap", slots, []field{{"tophash", 0}}},
		{"runtime.mapextra", unsafe.Sizeof(x), []field{
			{"overflow", unsafe.Offsetof(x.overflow)}, {"oldoverflow", unsafe.Offsetof(x.oldoverflow)},
			{"nextOverflow", unsafe.Offsetof(x.nextOverflow)}}},
		{"runtime.hiter", unsafe.Sizeof(it), []field{
			{"key", unsafe.Offsetof(it.key)}, {"elem", unsafe.Offsetof(it.elem)}, {"t", unsafe.Offsetof(it.t)},
			{"h", unsafe.Offsetof(it.h)}, {"buckets", unsafe.Offsetof(it.buckets)}, {"bptr", unsafe.Offsetof(it.bptr)},
			{"overflow", unsafe.Offsetof(it.overflow)}, {"oldoverflow", unsafe.Offsetof(it.oldoverflow)},
			{"startBucket", unsafe.Offsetof(it.startBucket)}, {"offset", unsafe.Offsetof(it.offset)},
			{"wrapped", unsafe.Offsetof(it.wrapped)}, {"B", unsafe.Offsetof(it.B)}, {"i", unsafe.Offsetof(it.i)},
			{"bucket", unsafe.Offsetof(it.bucket)}, {"checkBucket", unsafe.Offsetof(it.checkBucket)}}},
		{"runtime._type internal/abi.Type", unsafe.Sizeof(r), []field{
			{"size size_", unsafe.Offsetof(r.size)}, {"ptrdata ptrbytes", unsafe.Offsetof(r.ptrdata)},
			{"kind kind_", unsafe.Offsetof(r.kind)}, {"equal", unsafe.Offsetof(r.equal)}}},
		{"runtime.maptype internal/abi.MapType internal/abi.OldMapType", unsafe.Sizeof(t), []field{
			{"key", unsafe.Offsetof(t.key)}, {"elem", unsafe.Offsetof(t.elem)}, {"bucket", unsafe.Offsetof(t.bucket)},
			{"hasher", unsafe.Offsetof(t.hasher)}, {"keysize", unsafe.Offsetof(t.keysize)},
			{"elemsize valuesize", unsafe.Offsetof(t.elemsize)}, {"bucketsize", unsafe.Offsetof(t.bucketsize)},
			{"flags", unsafe.Offsetof(t.flags)}}},
	}, rngWanted()...)
}

// structs reads all struct types of the executable whose name is in need,
// and the runtime's m.
func structs(need string) (map[string]*dwarf.StructType, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	file, err := elf.Open(self)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := file.DWARF()
	if err != nil {
		return nil, err
	}
	need = " " + need + " runtime.m "
	found := map[string]*dwarf.StructType{}
	for r := data.Reader(); ; {
		e, err := r.Next()
		if err != nil {
			return nil, err
		}
		if e == nil {
			return found, nil
		}
		if e.Tag != dwarf.TagCompileUnit {
			r.SkipChildren()
		}
		name, _ := e.Val(dwarf.AttrName).(string)
		if e.Tag != dwarf.TagStructType || !strings.Contains(need, " "+name+" ") {
			continue
		}
		t, err := data.Type(e.Offset)
		if err != nil {
			return nil, err
		}
		if s, ok := t.(*dwarf.StructType); ok {
			found[name] = s
		}
	}
}

// checkLayout compares all mirrors and returns the generator's offset in m.
func checkLayout() (uintptr, error) {
	wants := wanted()
	all := ""
	for _, w := range wants {
		all += " " + w.names
	}
	found, err := structs(all)
	if err != nil {
		return 0, fmt.Errorf("cannot read the debug information of this executable (built with -s or -w?): %v", err)
	}
	for _, w := range wants {
		if err := w.check(found); err != nil {
			return 0, err
		}
	}
	if m := found["runtime.m"]; m != nil {
		if off, ok := fieldOffset(m, rngField); ok {
			return off, nil
		}
	}
	return 0, fmt.Errorf("no field %s in runtime.m", rngField)
}

func (w want) check(found map[string]*dwarf.StructType) error {
	for _, name := range strings.Fields(w.names) {
		s := found[name]
		if s == nil {
			continue
		}
		if w.size != 0 && uintptr(s.ByteSize) != w.size {
			return fmt.Errorf("%s has %d bytes, the mirror %d", name, s.ByteSize, w.size)
		}
		for _, f := range w.fields {
			if off, ok := fieldOffset(s, f.names); !ok || off != f.off {
				return fmt.Errorf("%s.%s is not at offset %d", name, f.names, f.off)
			}
		}
		return nil
	}
	return fmt.Errorf("no struct %s in the debug information", w.names)
}

func fieldOffset(s *dwarf.StructType, names string) (uintptr, bool) {
	for _, name := range strings.Fields(names) {
		for _, f := range s.Field {
			if strings.EqualFold(f.Name, name) {
				return uintptr(f.ByteOffset), true
			}
		}
	}
	return 0, false
}
