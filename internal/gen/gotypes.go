package main

import (
	"fmt"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// A typeExpr is a type as the catalogue writes it, taken apart.
type typeExpr struct {
	// name is "list", "map", a scalar or the name of a type in types.json.
	name string
	// elem is what a list or a map holds; nil for the others.
	elem *typeExpr
}

// scalars maps the catalogue's scalars to Go.
var scalars = map[string]string{
	"string": "string", "int32": "int32", "int64": "int64", "float32": "float32", "float64": "float64",
	"bool": "bool", "timestamp": "time.Time", "any": "any",
}

// parseType takes apart "string", "list<map<string,any>>" and the like. The
// names in it are not looked up.
func parseType(s string) (typeExpr, error) {
	inner, isList := strings.CutPrefix(s, "list<")
	if !isList {
		rest, isMap := strings.CutPrefix(s, "map<")
		if !isMap {
			if s == "" || strings.ContainsAny(s, "<>, ") {
				return typeExpr{}, fmt.Errorf("cannot read the type %q", s)
			}
			return typeExpr{name: s}, nil
		}
		key, value, _ := strings.Cut(rest, ",")
		if key != "string" {
			return typeExpr{}, fmt.Errorf("the map %q has keys that are not strings", s)
		}
		inner = value
	}
	inner, closed := strings.CutSuffix(inner, ">")
	if !closed {
		return typeExpr{}, fmt.Errorf("cannot read the type %q", s)
	}
	elem, err := parseType(strings.TrimSpace(inner))
	if err != nil {
		return typeExpr{}, err
	}
	if isList {
		return typeExpr{name: "list", elem: &elem}, nil
	}
	return typeExpr{name: "map", elem: &elem}, nil
}

// isCollection reports whether nil says "absent" for a Go value of the type.
func (e typeExpr) isCollection() bool { return e.elem != nil }

// root is the name at the bottom: T of list<map<string,T>>.
func (e typeExpr) root() string {
	for e.elem != nil {
		e = *e.elem
	}
	return e.name
}

// goType writes the type in Go; qualifier is what data types need in front of
// them where the code goes ("types." or nothing).
func (e typeExpr) goType(qualifier string) string {
	switch {
	case e.name == "list":
		return "[]" + e.elem.goType(qualifier)
	case e.name == "map":
		return "map[string]" + e.elem.goType(qualifier)
	case isSecret(e.name):
		return qualifier + e.name
	case scalars[e.name] != "":
		return scalars[e.name]
	default:
		return qualifier + e.name
	}
}

// secretTypes are the hand-written types of strings that hide what is secret in them.
var secretTypes = map[catalog.Sensitivity]string{
	catalog.Secret: "Secret", catalog.SecretInURI: "SecretURL", catalog.SecretInTag: "SystemTag",
}

// hiding is the type of what hides itself in place of e: the strings at the bottom of it
// are secret. It is e where none are.
func (g *api) hiding(where string, e typeExpr, s catalog.Sensitivity) typeExpr {
	switch {
	case s == catalog.Public:
	case e.elem != nil:
		elem := g.hiding(where, *e.elem, s)
		e.elem = &elem
	case e.name == "string":
		e.name = secretTypes[s]
	default:
		g.add("%s: a %s cannot hide itself; only strings can", where, e.name)
	}
	return e
}

// isSecret reports whether a type is one of strings that hide themselves.
func isSecret(name string) bool {
	for _, known := range secretTypes {
		if known == name {
			return true
		}
	}
	return false
}

// isString reports whether a type is that of a string, hidden or not.
func (e typeExpr) isString() bool { return e.name == "string" || isSecret(e.name) }
