package types

// A Code is an error code of the server, such as SYS.1003. The constants of this
// package name the known ones; the server can send others. A Code is an error, so
// that a failed call can be asked what went wrong anywhere in its chain of causes:
//
//	if errors.Is(err, types.SysResourceNotFound) { ... }
type Code string

// Error returns the code itself.
func (c Code) Error() string { return string(c) }
