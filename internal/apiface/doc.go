// Apiface watches the public face of the SDK: everything that programs can refer to in the
// packages that they can import. Run it from the root of the repository with
//
//	go run -C internal/apiface . -check
//	go run -C internal/apiface . -write
//
// The face is stored in the folder face, a file for each package, as Go source without function
// bodies, unexported fields and the names of parameters. A field "_ int" stands for the unexported
// fields of a struct, "_ func()" for those that cannot be compared. What is generated takes one
// line a type. An unexported type, and a type of an internal package, is there when something
// exported refers to it. Tags of fields, which hold the names that the server knows, are not:
// "go run ./internal/gen diff" compares those.
//
// A check fails when the stored face is not the one of the source, after saying what has been
// added and what is incompatible; -write renews it, so that no commit changes the face without
// showing it. Once there is a release, a check also compares the face with the one that is stored
// in the last tag. What is incompatible with that has to be in accepted.txt, which says which
// changes are meant. See docs/releasing.md.
//
// What is compatible is decided by golang.org/x/exp/apidiff.
package main
