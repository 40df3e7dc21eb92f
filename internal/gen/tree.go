package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// writeTree brings the generated files under root up to date: it writes those
// that changed and deletes generated ones that nothing asks for any more. It
// never touches a Go file without the header; files of data have none.
func writeTree(root string, files map[string][]byte) error {
	dirs := make(map[string]bool)
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		if old, err := os.ReadFile(filepath.Join(root, name)); err == nil && path.Ext(name) == ".go" && !isGenerated(old) {
			return fmt.Errorf("%s was written by hand; give the generated file another name in groups.json", name)
		}
	}
	for _, name := range names {
		dirs[filepath.Dir(name)] = true
		if err := writeFile(filepath.Join(root, name), files[name]); err != nil {
			return err
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		entries, err := os.ReadDir(filepath.Join(root, dir))
		if err != nil {
			return err
		}
		for _, e := range entries {
			name := filepath.Join(dir, e.Name())
			if e.IsDir() || !strings.HasSuffix(name, ".go") || files[filepath.ToSlash(name)] != nil {
				continue
			}
			old, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				return err
			}
			if isGenerated(old) {
				if err := os.Remove(filepath.Join(root, name)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// writeFile writes a file unless it is there already with this content, so that
// what did not change is not built again.
func writeFile(name string, src []byte) error {
	old, err := os.ReadFile(name)
	switch {
	case err == nil && bytes.Equal(old, src):
		return nil
	case err != nil && !os.IsNotExist(err):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, src, fs.FileMode(0o666))
}

// isGenerated reports whether a file says that this generator wrote it.
func isGenerated(src []byte) bool { return bytes.HasPrefix(src, []byte(header)) }
