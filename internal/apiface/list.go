package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// A listed is a package as go list describes it.
type listed struct {
	ImportPath string
	Name       string
	Dir        string
	GoFiles    []string
	Imports    []string
	Export     string
	Module     *struct {
		Path string
		Main bool
	}
}

// own reports whether the package is one of the module that is looked at.
func (p *listed) own() bool { return p.Module != nil && p.Module.Main }

// public reports whether the package is one that programs outside of the module can import, and
// that promises them something, as examples do not.
func (p *listed) public() bool {
	folders := strings.Split(p.ImportPath, "/")
	return p.Name != "main" && !slices.Contains(folders, "internal") && !slices.Contains(folders, "examples")
}

// goList describes packages of the module in a directory. With the flag -deps, every package
// comes after those that it imports.
func goList(dir string, args ...string) ([]*listed, error) {
	args = append([]string{"list", "-json=ImportPath,Name,Dir,GoFiles,Imports,Export,Module"}, args...)
	out, err := output(dir, "go", args...)
	if err != nil {
		return nil, err
	}
	var found []*listed
	for decoder := json.NewDecoder(strings.NewReader(out)); ; {
		p := new(listed)
		if err := decoder.Decode(p); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return nil, err
		}
		found = append(found, p)
	}
}

// output runs a command in a directory and returns what it prints.
func output(dir, name string, args ...string) (string, error) {
	var stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stderr = dir, &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, args[0], err, stderr.Bytes())
	}
	return string(out), nil
}

// compiled returns the files with the compiled declarations of everything that the packages
// import and that is not the module's, by import path.
func compiled(dir string, packages []*listed) (map[string]string, error) {
	own := make(map[string]bool)
	for _, p := range packages {
		own[p.ImportPath] = p.own()
	}
	var imported []string
	for _, p := range packages {
		for _, path := range p.Imports {
			if p.own() && !own[path] && path != "unsafe" && !slices.Contains(imported, path) {
				imported = append(imported, path)
			}
		}
	}
	exports := make(map[string]string)
	if len(imported) == 0 {
		return exports, nil // go list would take no packages for the current one
	}
	all, err := goList(dir, append([]string{"-deps", "-export"}, imported...)...)
	for _, p := range all {
		exports[p.ImportPath] = p.Export
	}
	return exports, err
}
