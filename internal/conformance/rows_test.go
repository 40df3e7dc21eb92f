package conformance

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// readRows reads a file of testdata, one JSON object a line.
func readRows[T any](t *testing.T, name string) []T {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	require.NoError(t, err)
	defer f.Close()
	var rows []T
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var row T
		require.NoError(t, json.Unmarshal(lines.Bytes(), &row), "line %d of %s", len(rows)+1, name)
		rows = append(rows, row)
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, rows)
	return rows
}

// api is the catalogue with its actions and types by name.
type api struct {
	*catalog.Catalogue
	actions map[string]*catalog.Action
	types   map[string]*catalog.Type
}

func loadAPI(t *testing.T) *api {
	t.Helper()
	c, err := catalog.Load()
	require.NoError(t, err)
	a := &api{Catalogue: c, actions: map[string]*catalog.Action{}, types: map[string]*catalog.Type{}}
	for _, action := range c.Actions {
		a.actions[action.Name] = action
	}
	for _, typ := range c.Types {
		a.types[typ.Name] = typ
	}
	return a
}

// fits reports whether a recorded value can be of a catalogue type at all.
func (a *api) fits(typ string, value any) bool {
	if element, ok := inside(typ, "list<"); ok {
		list, ok := value.([]any)
		for _, e := range list {
			ok = ok && (e == nil || a.fits(element, e))
		}
		return ok
	}
	if pair, ok := inside(typ, "map<"); ok {
		_, element, _ := strings.Cut(pair, ",")
		object, ok := value.(map[string]any)
		for _, e := range object {
			ok = ok && a.fits(element, e)
		}
		return ok
	}
	switch typ {
	case "any":
		return true
	case "bool":
		_, ok := value.(bool)
		return ok
	case "int32", "int64", "float32", "float64":
		_, ok := value.(float64)
		return ok
	case "string":
		_, ok := value.(string)
		return ok
	}
	if a.types[typ].Kind == "enum" {
		_, ok := value.(string)
		return ok
	}
	_, ok := value.(map[string]any)
	return ok
}

// sample makes a value of a catalogue type; deep ones stop at the third level.
func (a *api) sample(typ string, depth int) any {
	if element, ok := inside(typ, "list<"); ok {
		return []any{a.sample(element, depth), a.sample(element, depth)}
	}
	if pair, ok := inside(typ, "map<"); ok {
		_, element, _ := strings.Cut(pair, ",")
		return map[string]any{"k1": a.sample(element, depth)}
	}
	switch typ {
	case "any", "string":
		return "text"
	case "bool":
		return true
	case "int32", "int64", "float32", "float64":
		return float64(7)
	case "timestamp":
		return "Nov 14, 2017 10:20:57 PM"
	}
	t := a.types[typ]
	if t.Kind == "enum" {
		return t.Values[0]
	}
	object := map[string]any{}
	for ; t != nil; t = a.types[t.Extends] {
		for _, f := range t.Fields {
			switch {
			case depth <= 0 && a.isClass(f.Type):
			case t.OneOf != nil && slices.Index(t.OneOf.Fields, f.Name) > 0: // the first is set
			case len(f.Values) > 0 && f.Type == "string":
				object[f.Name] = f.Values[0]
			case len(f.Values) > 0:
				n, err := strconv.ParseFloat(f.Values[0], 64)
				if err != nil {
					panic(err)
				}
				object[f.Name] = n
			case len(f.Range) == 2:
				object[f.Name] = float64(f.Range[0])
			default:
				object[f.Name] = a.sample(f.Type, depth-1)
			}
			if t.OneOf != nil && f.Name == t.OneOf.Unless {
				object[f.Name] = false
			}
		}
	}
	return object
}

// keyed makes a map with the keys that a parameter has, or a list of one.
func keyed(p *catalog.Param) any {
	object := map[string]any{}
	for _, k := range p.Keys {
		if k.Name == "*" {
			return nil
		}
		object[k.Name] = "text"
		if len(k.Range) == 2 {
			object[k.Name] = strconv.FormatInt(k.Range[0], 10)
		}
	}
	if strings.HasPrefix(p.Type, "list<") {
		return []any{object}
	}
	return object
}

// params makes a value for every parameter of an action.
func (a *api) params(action string) map[string]any {
	params := map[string]any{}
	for _, p := range a.actions[action].Params {
		switch {
		case len(p.Values) > 0 && strings.HasPrefix(p.Type, "list<"):
			params[p.Name] = []any{p.Values[0]}
		case len(p.Values) > 0:
			params[p.Name] = p.Values[0]
		case len(p.Range) == 2 && !strings.HasPrefix(p.Type, "list<"):
			params[p.Name] = float64(p.Range[0])
		case p.MinLength > 4:
			params[p.Name] = strings.Repeat("a", p.MinLength)
		case len(p.Keys) > 0 && keyed(p) != nil:
			params[p.Name] = keyed(p)
		default:
			params[p.Name] = a.sample(p.Type, 2)
		}
	}
	return params
}

// isClass reports whether a type holds a class of the catalogue somewhere.
func (a *api) isClass(typ string) bool {
	for _, word := range strings.FieldsFunc(typ, func(r rune) bool { return r == '<' || r == '>' || r == ',' }) {
		if t := a.types[word]; t != nil && t.Kind == "class" {
			return true
		}
	}
	return false
}

func inside(typ, prefix string) (string, bool) {
	rest, ok := strings.CutPrefix(typ, prefix)
	return strings.TrimSuffix(rest, ">"), ok
}
