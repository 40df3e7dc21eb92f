// Command structure measures how package zstack is put together, and checks that it is as
// docs/architecture.md says:
//
//	go run ./internal/structure            # what there is
//	go run ./internal/structure -check     # and whether it is as the map says
//	go run ./internal/structure -calls     # which functions a call passes through
//
// A reference is a file of package zstack that uses something which another one declares.
// It runs down where the file that is used comes later in the map's list of files, which
// begins with what a user meets first and ends with what everything else rests on.
// Without a map, as in an old commit, the order is one that a search finds to have
// few references that run up.
package main
