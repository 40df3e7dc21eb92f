package guides

import (
	"errors"
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
	"path"
	"slices"
	"strings"
)

const module = "github.com/zstack-go/zstack-go"

// importable are the packages that a fragment can use without saying so.
var importable = []string{
	"bytes", "context", "crypto/tls", "crypto/x509", "encoding/json", "errors", "fmt", "log", "log/slog", "net/http", "net/netip", "os", "os/signal", "slices", "strings", "testing", "testing/synctest", "time",
	"golang.org/x/time/rate",
	module + "/actions", module + "/actions/registry", module + "/types", module + "/types/systemtags",
	module + "/zstack", module + "/zstack/zstacktest",
}

// A checker checks the types of Go code, out of what the compiler has made of the packages.
type checker struct {
	files    *token.FileSet
	importer types.Importer
}

func newChecker(root string) (*checker, error) {
	args := append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}"}, importable...)
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		exports[name] = file
	}
	files := token.NewFileSet()
	return &checker{files, importer.ForCompiler(files, "gc", func(name string) (io.ReadCloser, error) {
		if exports[name] == "" {
			return nil, fmt.Errorf("%s is not among the packages that pages may use", name)
		}
		return os.Open(exports[name])
	})}, nil
}

// check reports what is wrong with a block of Go: a file, declarations or statements. These
// know the variables ctx, client and err, and what the page is given. A variable or an import
// that is not used is no fault of a fragment.
func (c *checker) check(p page, b block) error {
	name := fmt.Sprintf("%s:%d", p.name, b.line)
	if strings.HasPrefix(b.text, "package ") {
		return c.compile(name, b.text, false)
	}
	declarations := b.text
	if _, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+b.text, 0); err != nil {
		declarations = "func _() error {\n" + b.text + "\nreturn nil\n}\n"
	}
	source := "package p\n" + c.imports(declarations+p.given) +
		"var ctx context.Context\nvar client *zstack.Client\nvar err error\n" + p.given + declarations
	return c.compile(name, source, true)
}

// imports imports the packages that the code may use.
func (c *checker) imports(code string) string {
	names := map[string]bool{"context": true, module + "/zstack": true}
	for _, name := range importable {
		if strings.Contains(code, path.Base(name)+".") {
			names[name] = true
		}
	}
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(names)) {
		fmt.Fprintf(&all, "import %q\n", name)
	}
	return all.String()
}

func (c *checker) compile(name, source string, lenient bool) error {
	file, err := parser.ParseFile(c.files, name, source, 0)
	if err != nil {
		return err
	}
	var problems []error
	config := types.Config{Importer: c.importer, Error: func(err error) {
		var problem types.Error
		if errors.As(err, &problem) && problem.Soft && lenient {
			return
		}
		problems = append(problems, err)
	}}
	_, _ = config.Check("p", c.files, []*ast.File{file}, nil)
	return errors.Join(problems...)
}
