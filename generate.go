// Package zstackgo is empty: it is where "go generate ./..." begins to rebuild
// the packages types, actions and actions/registry from the catalogue in
// internal/catalog. Programs import those packages and zstack.
package zstackgo

//go:generate go run ./internal/gen
//go:generate go run ./internal/apidocs
