package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// load reads the state of a file into a node. Without a file there is nothing to do.
func load(node *zstacktest.Node, file string) error {
	if file == "" {
		return nil
	}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := node.Load(f); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// save writes the state of a node to a file, which is there as a whole or as it was. Others
// cannot read it, since it has secrets.
func save(node *zstacktest.Node, file string) error {
	if file == "" {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*") // It has the mode 0600.
	if err != nil {
		return err
	}
	err = errors.Join(node.Save(f), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
