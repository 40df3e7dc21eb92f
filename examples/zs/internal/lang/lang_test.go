package lang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// said are the functions that take a format of a message as their first argument.
var said = []string{"S", "print", "note", "ask", "add", "usage"}

// inTemplates finds the messages of the templates of help.
var inTemplates = regexp.MustCompile(`\{\{say "([^"]*)"\}\}`)

// formats returns every format that the program says, with where it does.
func formats(t *testing.T) map[string]token.Position {
	t.Helper()
	found := map[string]token.Position{}
	files := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if slices.Contains(said, name(n.Fun)) && len(n.Args) > 0 {
					if format, constant := value(n.Args[0]); constant && format != "" {
						found[format] = files.Position(n.Pos())
					}
				}
			case *ast.BasicLit:
				for _, m := range inTemplates.FindAllStringSubmatch(n.Value, -1) {
					found[m[1]] = files.Position(n.Pos())
				}
			}
			return true
		})
		return nil
	})
	require.NoError(t, err)
	return found
}

func name(function ast.Expr) string {
	switch f := function.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// value is that of a string, or of several with plus signs between.
func value(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		left, first := value(e.X)
		right, second := value(e.Y)
		return left + right, first && second
	}
	return "", false
}

func TestEveryMessageIsTranslated(t *testing.T) {
	t.Parallel()
	found := formats(t)
	require.Greater(t, len(found), 50)
	for format, at := range found {
		require.Contains(t, chinese, format, "%s", at)
	}
	for format := range chinese {
		require.Contains(t, found, format, "nobody says it any more")
	}
}

// verbs are those of a format.
var verbs = regexp.MustCompile(`%(\[\d\])?[a-z%]`)

func TestTranslationsTakeTheSameArguments(t *testing.T) {
	t.Parallel()
	for english, translated := range chinese {
		require.ElementsMatch(t, verbs.FindAllString(english, -1), verbs.FindAllString(translated, -1), english)
		require.NotEmpty(t, translated, english)
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		environment map[string]string
		want        language.Tag
	}{
		"nothing":                {nil, language.English},
		"LANG":                   {map[string]string{"LANG": "zh_CN.UTF-8"}, language.Chinese},
		"another language":       {map[string]string{"LANG": "de_DE.UTF-8"}, language.English},
		"LC_ALL before LANG":     {map[string]string{"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, language.English},
		"LC_MESSAGES after that": {map[string]string{"LANG": "C", "LC_MESSAGES": "zh_TW"}, language.Chinese},
		"an empty LC_ALL":        {map[string]string{"LANG": "zh_CN", "LC_ALL": ""}, language.Chinese},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, Of(func(name string) string { return tt.environment[name] }))
		})
	}
}

func TestS(t *testing.T) { // not in parallel: the language is that of the process
	defer Use(language.English)
	require.Equal(t, "there is no flag --x", S("there is no flag %s", "--x"))
	Use(language.Chinese)
	require.Equal(t, fmt.Sprintf(chinese["there is no flag %s"], "--x"), S("there is no flag %s", "--x"))
}
