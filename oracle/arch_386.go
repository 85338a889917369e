//go:build !go1.24

// 386: mmap with six register arguments is called mmap2.
package main

import "syscall"

const sysMmap = syscall.SYS_MMAP2
