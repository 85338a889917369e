//go:build !go1.24

// The map types that can be recorded. A kind is a name for one Go map type;
// a generated file adds another with register[map[K]V]("custom").
package main

import (
	"reflect"
	"strings"
	"unsafe"
)

// T is the pointee of the pointer kinds.
type T struct{ a, b uint64 }

// mapKind is a registered map type with all that the recorder derives from
// it: descriptor, entry points, places of pointers.
type mapKind struct {
	kind, name string
	t          *maptype
	key, elem  reflect.Type
	keyLeaves  []leaf // pointer words of a key, by offset
	elemLeaves []leaf
	fast       fastKind
	universe   uint64 // how many different keys there are
	has        traits // special keys that this type can express
}

var kinds []*mapKind

// register adds map type M under a kind name; name is how the header shows
// the type and defaults to reflect's spelling.
func register[M any](kind string, name ...string) {
	var m M
	t := reflect.TypeOf(m)
	if t == nil || t.Kind() != reflect.Map {
		panic("register: not a map type")
	}
	k := &mapKind{kind: kind, t: (*maptype)(typeWord(t)), key: t.Key(), elem: t.Elem()}
	if len(name) > 0 {
		k.name = name[0]
	} else {
		k.name = strings.ReplaceAll(t.String(), "main.", "")
	}
	k.keyLeaves = leavesOf(k.key, 0, nil)
	k.elemLeaves = leavesOf(k.elem, 0, nil)
	k.fast = fastOf(k.key, k.elem)
	k.universe, k.has = universeOf(k.key)
	kinds = append(kinds, k)
}

func init() {
	register[map[uint64]uint64]("u64u64")
	register[map[uint32]uint32]("u32u32")
	register[map[string]string]("strstr")
	register[map[string]int64]("stri64")
	register[map[float64]int64]("f64i64")
	register[map[interface{}]int]("ifint", "map[interface{}]int")
	register[map[uint64]*T]("u64ptr")
	register[map[[200]byte]int]("bigint", "map[[200]byte]int")
	register[map[uint8]struct{}]("u8set", "map[uint8]struct{}")
	register[map[uint64][160]byte]("u64big", "map[uint64][160]byte")
	register[map[int16]uint8]("i16u8")
	register[map[*T]struct{}]("ptrset", "map[*T]struct{}")
	register[map[uint16]*T]("u16ptr")
}

// kindNamed finds a kind; the last registration of a name wins.
func kindNamed(name string) *mapKind {
	for i := len(kinds) - 1; i >= 0; i-- {
		if kinds[i].kind == name {
			return kinds[i]
		}
	}
	return nil
}

// typeWord is the type descriptor behind a reflect.Type.
func typeWord(t reflect.Type) unsafe.Pointer {
	return *at[unsafe.Pointer](unsafe.Pointer(&t), ptrSize)
}

func (k *mapKind) indirectKey() bool { return k.t.flags&indirectKey != 0 }
func (k *mapKind) indirectVal() bool { return k.t.flags&indirectVal != 0 }
func (k *mapKind) mayPanic() bool    { return k.t.flags&mayPanic != 0 }
func (k *mapKind) reflexive() bool   { return k.t.flags&reflexive != 0 }
func (k *mapKind) bucketSize() uintptr {
	return uintptr(k.t.bucketsize)
}

// elemOffset is where the elems begin in a bucket.
func (k *mapKind) elemOffset() uintptr { return dataOffset + slots*uintptr(k.t.keysize) }

// hash is the runtime hasher's value under a seed.
func (k *mapKind) hash(key unsafe.Pointer, hash0 uint32) uintptr {
	return k.t.hasher(key, uintptr(hash0))
}
