package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A face is the declarations that a module shows to its users, as Go source, by the import path
// of their package.
type face map[string]string

// folder is where the face of a module is stored, inside the module.
const folder = "internal/apiface/face"

// fileOf returns the name of the file in the folder that a package is stored in.
func fileOf(modulePath, importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, modulePath), "/") + ".txt"
}

// packageIn is the opposite of fileOf.
func packageIn(modulePath, file string) string {
	return path.Join(modulePath, strings.TrimSuffix(file, ".txt"))
}

// readFace reads the stored face of the module in a directory.
func readFace(dir, modulePath string) (face, error) {
	f := make(face)
	root := filepath.Join(dir, filepath.FromSlash(folder))
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == root {
			return fs.SkipAll
		}
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(root, name)
		f[packageIn(modulePath, filepath.ToSlash(inside))] = string(text)
		return err
	})
	return f, err
}

// write stores the face in place of the one that is there.
func (f face) write(dir, modulePath string) error {
	root := filepath.Join(dir, filepath.FromSlash(folder))
	if err := os.RemoveAll(root); err != nil {
		return err
	}
	for importPath, text := range f {
		name := filepath.Join(root, filepath.FromSlash(fileOf(modulePath, importPath)))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// packages gives a face back the form that the source had.
func (f face) packages(exports map[string]string) (map[string]*types.Package, error) {
	fset := token.NewFileSet()
	p := &parsed{face: f, fset: fset, outside: outside(fset, exports), done: make(map[string]*types.Package)}
	for _, importPath := range slices.Sorted(maps.Keys(f)) {
		if _, err := p.Import(importPath); err != nil {
			return nil, err
		}
	}
	return p.done, nil
}

// parsed is the packages of a face. It imports them for each other.
type parsed struct {
	face    face
	fset    *token.FileSet
	outside types.Importer
	done    map[string]*types.Package
}

// Import returns a package of the face, or one of another module.
func (p *parsed) Import(importPath string) (*types.Package, error) {
	if checked := p.done[importPath]; checked != nil {
		return checked, nil
	}
	text, ok := p.face[importPath]
	if !ok {
		return p.outside.Import(importPath)
	}
	file, err := parser.ParseFile(p.fset, importPath+".txt", text, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("the stored face cannot be read: %w", err)
	}
	for _, d := range file.Decls {
		if function, ok := d.(*ast.FuncDecl); ok {
			function.Body = new(ast.BlockStmt) // a generic function has to have one
		}
	}
	config := types.Config{Importer: p, IgnoreFuncBodies: true}
	checked, err := config.Check(importPath, p.fset, []*ast.File{file}, nil)
	if err != nil {
		return nil, fmt.Errorf("the stored face cannot be read: %w", err)
	}
	p.done[importPath] = checked
	return checked, nil
}
