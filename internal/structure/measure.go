package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A structure is what package zstack is made of.
type structure struct {
	dir       string
	files     map[string]int             // the lines of each file
	functions []function                 // the longest first
	uses      map[string]map[string]bool // by file, the files whose declarations it uses
	order     []string                   // of the files
	mapped    bool                       // the order is the map's
	imports   map[string][]string        // by internal package, those of the module that it imports
}

// A function is one function or method.
type function struct {
	name, file      string
	lines, branches int
}

const module = "github.com/zstack-go/zstack-go/"

// measure reads package zstack of the module in a directory.
func measure(dir string) (*structure, error) {
	fset := token.NewFileSet()
	s := &structure{dir: dir, files: make(map[string]int), uses: make(map[string]map[string]bool)}
	paths, err := filepath.Glob(filepath.Join(dir, "zstack", "*.go"))
	if err != nil {
		return nil, err
	}
	var parsed []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, f)
		s.files[filepath.Base(path)] = fset.File(f.Pos()).LineCount()
		s.addFunctions(fset, f)
	}
	slices.SortFunc(s.functions, func(a, b function) int {
		return cmp.Or(cmp.Compare(b.lines, a.lines), strings.Compare(a.name, b.name))
	})
	if err := s.addUses(fset, parsed); err != nil {
		return nil, err
	}
	if s.order, err = mappedFiles(dir); err != nil {
		return nil, err
	}
	if s.mapped = len(s.order) > 0; !s.mapped {
		s.order = s.fewestUp()
	}
	s.imports, err = internalImports(dir)
	return s, err
}

func (s *structure) addFunctions(fset *token.FileSet, f *ast.File) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		from, to := fset.Position(fn.Pos()), fset.Position(fn.End())
		one := function{name: nameOf(fn), file: filepath.Base(from.Filename), lines: to.Line - from.Line + 1}
		ast.Inspect(fn, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
				one.branches++
			case *ast.CaseClause:
				if n.List != nil {
					one.branches++
				}
			case *ast.CommClause:
				if n.Comm != nil {
					one.branches++
				}
			}
			return true
		})
		s.functions = append(s.functions, one)
	}
}

// nameOf is the name of a function, with the type that a method is of.
func nameOf(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	for {
		switch inner := t.(type) {
		case *ast.StarExpr:
			t = inner.X
			continue
		case *ast.IndexExpr:
			t = inner.X
			continue
		case *ast.Ident:
			return inner.Name + "." + fn.Name.Name
		}
		return fn.Name.Name
	}
}

// addUses finds which files use the declarations of which.
func (s *structure) addUses(fset *token.FileSet, parsed []*ast.File) error {
	exports, err := exportData(s.dir)
	if err != nil {
		return err
	}
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	info := &types.Info{Uses: make(map[*ast.Ident]types.Object)}
	pkg, err := config.Check(module+"zstack", fset, parsed, info)
	if err != nil {
		return err
	}
	for ident, object := range info.Uses {
		if object.Pkg() != pkg {
			continue
		}
		from, to := fileOf(fset, ident.Pos()), fileOf(fset, object.Pos())
		if from == to || to == "" {
			continue
		}
		if s.uses[from] == nil {
			s.uses[from] = make(map[string]bool)
		}
		s.uses[from][to] = true
	}
	return nil
}

func fileOf(fset *token.FileSet, pos token.Pos) string {
	if !pos.IsValid() {
		return ""
	}
	return filepath.Base(fset.Position(pos).Filename)
}

// exportData returns the files with the compiled declarations of what package zstack
// imports.
func exportData(dir string) (map[string]string, error) {
	out, err := goList(dir, "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", "./zstack")
	if err != nil {
		return nil, err
	}
	found := make(map[string]string)
	for line := range strings.Lines(out) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		found[path] = file
	}
	return found, nil
}

// internalImports returns which packages of the module each internal one imports.
func internalImports(dir string) (map[string][]string, error) {
	out, err := goList(dir, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./internal/...")
	if err != nil {
		return nil, err
	}
	found := make(map[string][]string)
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		var own []string
		for _, path := range fields[1:] {
			if rest, ok := strings.CutPrefix(path, module); ok {
				own = append(own, rest)
			}
		}
		found[strings.TrimPrefix(fields[0], module)] = own
	}
	return found, nil
}

func goList(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go list %s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}

// references counts the references, and lists those that run up.
func (s *structure) references() (all int, up []string) {
	at := make(map[string]int)
	for i, name := range s.order {
		at[name] = i
	}
	for _, from := range slices.Sorted(maps.Keys(s.uses)) {
		for _, to := range slices.Sorted(maps.Keys(s.uses[from])) {
			all++
			if at[to] < at[from] {
				up = append(up, from+" -> "+to)
			}
		}
	}
	return all, up
}

// fewestUp finds an order in which few references run up: each file is moved to where it is
// best, again and again, until no move helps.
func (s *structure) fewestUp() []string {
	order := slices.Sorted(maps.Keys(s.files))
	for improved := true; improved; {
		improved = false
		for _, name := range slices.Sorted(maps.Keys(s.files)) {
			from := slices.Index(order, name)
			rest := slices.Delete(slices.Clone(order), from, from+1)
			// What moving it down to each place would gain, counted from the top.
			gain, best, bestGain, here := 0, 0, 0, 0
			for i := 0; i <= len(rest); i++ {
				if i == from {
					here = gain
				}
				if i == 0 || gain > bestGain {
					best, bestGain = i, gain
				}
				if i == len(rest) {
					break
				}
				if s.uses[name][rest[i]] {
					gain-- // what it uses is above it then
				}
				if s.uses[rest[i]][name] {
					gain++
				}
			}
			if bestGain > here {
				order, improved = slices.Insert(rest, best, name), true
			}
		}
	}
	return order
}
