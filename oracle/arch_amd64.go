//go:build !go1.24

// amd64: mmap takes its offset in bytes.
package main

import "syscall"

const sysMmap = syscall.SYS_MMAP
