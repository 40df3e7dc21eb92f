// Apidocs writes docs/api, a page for each group of resources with its actions and data types,
// from what the registry knows. It runs after the generator, whose output it reads:
//
//	go generate ./...
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := write(filepath.Join("docs", "api"), render()); err != nil {
		fmt.Fprintln(os.Stderr, "apidocs:", err)
		os.Exit(1)
	}
}

// write writes the pages, and nothing else is left in the directory.
func write(dir string, pages map[string][]byte) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, page := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), page, 0o644); err != nil {
			return err
		}
	}
	return nil
}
