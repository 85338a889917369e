//go:build !go1.24

// Interface values: which dynamic types the recorder puts into an empty
// interface, and how their content is written in the trace (kc, vc).
package main

import (
	"encoding/hex"
	"math"
	"reflect"
	"strconv"
	"unsafe"
)

// Dynamic types, in the order of their use below.
var boxTypes = []reflect.Type{
	reflect.TypeOf(int(0)), reflect.TypeOf(int32(0)), reflect.TypeOf(int64(0)), reflect.TypeOf(uint8(0)),
	reflect.TypeOf(float64(0)), reflect.TypeOf(""), reflect.TypeOf([]int(nil)),
}

const (
	boxInt = iota
	boxInt32
	boxInt64
	boxUint8
	boxFloat
	boxString
	boxSlice
)

// box makes an empty interface: the type word and a fresh data word.
func (f *filler) box() [2]unsafe.Pointer {
	which := f.boxType()
	if which < 0 {
		return [2]unsafe.Pointer{}
	}
	t := boxTypes[which]
	p := contents.alloc(t.Size())
	switch which {
	case boxFloat:
		*(*float64)(p) = f.float()
	case boxString:
		*(*string)(p) = f.text()
	case boxSlice:
		*(*[]int)(p) = unsafe.Slice((*int)(contents.alloc(8)), 1)
	case boxUint8:
		*(*uint8)(p) = uint8(f.part(64) >> 3)
	case boxInt32:
		*(*int32)(p) = int32(f.part(64))
	case boxInt64:
		*(*uint64)(p) = f.part(64)
	default:
		*(*uint)(p) = uint(f.part(64))
	}
	return [2]unsafe.Pointer{typeWord(t), p}
}

// boxType chooses the dynamic type; -1 is a nil interface.
func (f *filler) boxType() int {
	switch {
	case f.special == keyNaN || f.special == keyZero:
		return boxFloat
	case f.special == keyEmpty:
		return boxString
	case f.take(keyUnhashable):
		return boxSlice
	case f.take(keyNil):
		return -1
	}
	switch f.n % 8 {
	case 0, 1:
		return boxString
	case 2:
		return boxFloat
	case 3:
		return boxInt32
	case 5:
		if f.n>>3 < 256 {
			return boxUint8
		}
	case 6:
		return boxInt64
	}
	return boxInt
}

// showsContent tells whether kc or vc is written for a type: when it holds
// strings or interfaces.
func showsContent(leaves []leaf) bool {
	for _, l := range leaves {
		if l.class == 'S' || l.class == 'T' {
			return true
		}
	}
	return false
}

// canon appends the canonical content of a value: that of its one leaf, or,
// for arrays and structs, {c1,c2,...} over the pointer-holding leaves.
func canon(to []byte, t reflect.Type, p unsafe.Pointer) []byte {
	if t.Kind() != reflect.Array && t.Kind() != reflect.Struct {
		return canonLeaf(to, t, p)
	}
	start := len(to)
	to = canonFields(to, t, p)
	if len(to) == start {
		to = append(to, ',')
	}
	to[start] = '{' // in place of the first comma
	return append(to, '}')
}

// canonFields appends ",content" for each pointer-holding leaf.
func canonFields(to []byte, t reflect.Type, p unsafe.Pointer) []byte {
	switch t.Kind() {
	case reflect.Array:
		for i := 0; i < t.Len(); i++ {
			to = canonFields(to, t.Elem(), unsafe.Pointer(uintptr(p)+uintptr(i)*t.Elem().Size()))
		}
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			to = canonFields(to, t.Field(i).Type, unsafe.Pointer(uintptr(p)+t.Field(i).Offset))
		}
	default:
		if len(leavesOf(t, 0, nil)) > 0 {
			to = canonLeaf(append(to, ','), t, p)
		}
	}
	return to
}

func canonLeaf(to []byte, t reflect.Type, p unsafe.Pointer) []byte {
	switch t.Kind() {
	case reflect.String:
		return canonString(to, *(*string)(p))
	case reflect.Interface:
		return canonBox(to, *(*[2]unsafe.Pointer)(p))
	}
	if *(*unsafe.Pointer)(p) == nil {
		return append(to, "nil"...)
	}
	return append(to, "ptr"...)
}

func canonString(to []byte, s string) []byte {
	return append(append(to, "str:"...), hex.EncodeToString([]byte(s))...)
}

func canonBox(to []byte, box [2]unsafe.Pointer) []byte {
	for which, t := range boxTypes {
		if typeWord(t) != box[0] {
			continue
		}
		switch which {
		case boxFloat:
			to = append(to, "f64:"...)
			return appendHex64(to, math.Float64bits(*(*float64)(box[1])), 16)
		case boxString:
			return canonString(to, *(*string)(box[1]))
		case boxSlice:
			return append(to, "unhashable:[]int"...)
		}
		v := reflect.NewAt(t, box[1]).Elem()
		to = append(append(to, t.String()...), ':')
		if which == boxUint8 {
			return strconv.AppendUint(to, v.Uint(), 10)
		}
		return strconv.AppendInt(to, v.Int(), 10)
	}
	return append(to, "nil"...)
}
