// This file is empty on purpose: a package with an assembly file may declare
// functions without a body, and links.go declares the runtime's that way.
