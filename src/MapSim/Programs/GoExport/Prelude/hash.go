package prelude

import (
	"encoding/binary"
	"math"
	"math/rand"
	"reflect"
	"syscall"
	"testing"
	"unsafe"
)

// simHashers keeps the hash functions alive: the collector does not look into type descriptors.
var simHashers []func(unsafe.Pointer, uintptr) uintptr

// simImpose gives a map type the hash function that the program names. The type is the test's own, so no other map has
// it; its descriptor lies in memory that is read-only until then.
func simImpose(t *testing.T, m interface{}, kind, key string, size uintptr) {
	var hash func(unsafe.Pointer, uintptr) uintptr
	switch key {
	case "string":
		hash = func(p unsafe.Pointer, seed uintptr) uintptr { return simHash(kind, []byte(*(*string)(p)), seed) }
	case "float":
		hash = func(p unsafe.Pointer, seed uintptr) uintptr { return simFloatHash(kind, p, size, seed) }
	default:
		hash = func(p unsafe.Pointer, seed uintptr) uintptr {
			if size == 0 {
				return seed
			}
			return simPlainHash(kind, p, size, seed)
		}
	}
	simHashers = append(simHashers, hash)
	typ := reflect.TypeOf(m)
	field := &(*simMaptype)((*[2]unsafe.Pointer)(unsafe.Pointer(&typ))[1]).hasher
	page := uintptr(syscall.Getpagesize())
	start := unsafe.Add(unsafe.Pointer(field), -int(uintptr(unsafe.Pointer(field))%page))
	if err := syscall.Mprotect(unsafe.Slice((*byte)(start), int(page)), syscall.PROT_READ|syscall.PROT_WRITE); err != nil {
		t.Skipf("cannot impose the hash function %s: %v", kind, err)
	}
	*field = hash
}

func simPlainHash(kind string, p unsafe.Pointer, size, seed uintptr) uintptr {
	if size == 4 {
		return simWordHash(kind, uint64(*(*uint32)(p)), seed)
	}
	if size == 8 {
		return simWordHash(kind, *(*uint64)(p), seed)
	}
	return simHash(kind, unsafe.Slice((*byte)(p), int(size)), seed)
}

func simWordHash(kind string, value uint64, seed uintptr) uintptr {
	if kind == "identity" {
		return simFit(value)
	}
	return simSpoil(kind, simMix(value^simMix(uint64(seed))))
}

func simHash(kind string, data []byte, seed uintptr) uintptr {
	identity := kind == "identity"
	hash := uint64(0)
	if !identity {
		hash = simMix(uint64(seed) ^ uint64(len(data)))
	}
	for len(data) > 0 {
		var word [8]byte
		data = data[copy(word[:], data):]
		hash ^= binary.LittleEndian.Uint64(word[:])
		if !identity {
			hash = simMix(hash)
		}
	}
	if identity {
		return simFit(hash)
	}
	return simSpoil(kind, hash)
}

// simFloatHash treats zero and NaN as the runtime does; NaN has a random hash.
func simFloatHash(kind string, p unsafe.Pointer, size, seed uintptr) uintptr {
	x := 0.0
	if size == 8 {
		x = *(*float64)(p)
	} else {
		x = float64(*(*float32)(p))
	}
	switch {
	case math.IsNaN(x):
		return uintptr(rand.Uint64())
	case x == 0:
		return seed * 31
	}
	return simHash(kind, unsafe.Slice((*byte)(p), int(size)), seed)
}

// simSpoil makes a good hash a bad one.
func simSpoil(kind string, mixed uint64) uintptr {
	hash := uint64(simFit(mixed))
	bits := uint(unsafe.Sizeof(uintptr(0)) * 8)
	switch kind {
	case "lowbits":
		return uintptr(hash >> (bits / 2) << (bits / 2))
	case "onebucket":
		return 0
	default: // consttop
		return uintptr(hash&(^uint64(0)>>(72-bits)) | 0x7f<<(bits-8))
	}
}

// simFit folds a hash to the width of a word.
func simFit(hash uint64) uintptr {
	if unsafe.Sizeof(uintptr(0)) == 4 {
		hash ^= hash >> 32
	}
	return uintptr(hash)
}

func simMix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
