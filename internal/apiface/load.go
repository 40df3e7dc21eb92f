package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
)

// A module is the declarations of a module, read from its source.
type module struct {
	path      string
	fset      *token.FileSet
	packages  map[string]*types.Package // all of them, by import path
	public    []*types.Package
	generated map[string]bool   // by the name of a file, whether it says that it is
	exports   map[string]string // files with what other modules declare, by import path
	outside   types.Importer    // reads them
}

// load reads the module in a directory. Its own packages are read from their source without
// the bodies of functions, which takes less time than to compile them.
func load(dir string) (*module, error) {
	wanted, err := goList(dir, "./...")
	if err != nil {
		return nil, err
	}
	args := []string{"-deps"}
	for _, p := range wanted {
		if p.public() {
			args = append(args, p.ImportPath)
		}
	}
	if len(args) == 1 {
		return nil, fmt.Errorf("no package in %s can be imported", dir)
	}
	all, err := goList(dir, args...)
	if err != nil {
		return nil, err
	}
	m := &module{fset: token.NewFileSet(), packages: make(map[string]*types.Package), generated: make(map[string]bool)}
	if m.exports, err = compiled(dir, all); err != nil {
		return nil, err
	}
	m.outside = outside(m.fset, m.exports)
	for _, p := range all {
		if !p.own() {
			continue
		}
		m.path = p.Module.Path
		if err := m.add(p); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// outside returns an importer of compiled packages.
func outside(fset *token.FileSet, exports map[string]string) types.Importer {
	return importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("%s is no dependency of the module", path)
		}
		return os.Open(exports[path])
	})
}

// Import returns a package for another one that imports it.
func (m *module) Import(path string) (*types.Package, error) {
	if p := m.packages[path]; p != nil {
		return p, nil
	}
	return m.outside.Import(path)
}

// add reads the declarations of a package whose imports have been read.
func (m *module) add(p *listed) error {
	var files []*ast.File
	for _, name := range p.GoFiles {
		name = filepath.Join(p.Dir, name)
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		m.generated[name] = bytes.HasPrefix(source, []byte("// Code generated "))
		f, err := parser.ParseFile(m.fset, name, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	config := types.Config{Importer: m, IgnoreFuncBodies: true}
	checked, err := config.Check(p.ImportPath, m.fset, files, nil)
	if err != nil {
		return err
	}
	m.packages[p.ImportPath] = checked
	if p.public() {
		m.public = append(m.public, checked)
	}
	return nil
}
