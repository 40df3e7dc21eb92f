package main

import (
	"fmt"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// A goField is one field of a generated struct.
type goField struct {
	name string // empty for an embedded parent
	typ  string
	tag  string // a Go literal, or nothing
	doc  string
}

// use notes the imports that a field's type needs.
func (f goField) use(p *piece) {
	if strings.Contains(f.typ, "time.Time") {
		p.use("time")
	}
	if strings.Contains(f.typ, "types.") {
		p.use(modulePath + "/types")
	}
}

// write adds the field to a struct that is being written.
func (f goField) write(p *piece) {
	f.use(p)
	p.comment(1, f.doc)
	p.printf("\t%s %s %s\n", f.name, f.typ, f.tag)
}

// A nameSpace finds names that are given out twice: the fields and methods of a
// struct, or what a package declares.
type nameSpace struct {
	g *api
	// where says whose names these are.
	where string
	// taken maps a name to what has it.
	taken map[string]string
}

func (g *api) newNameSpace(where string) *nameSpace {
	return &nameSpace{g: g, where: where, taken: make(map[string]string)}
}

// reserve takes names without checking them.
func (n *nameSpace) reserve(owner string, names ...string) {
	for _, name := range names {
		n.taken[name] = owner
	}
}

// claim takes a name, or notes that it cannot be had.
func (n *nameSpace) claim(name, owner string) {
	if !isName(upperFirst(name)) {
		n.g.add("%s: %s would be called %q, which is no name in Go", n.where, owner, name)
		return
	}
	if other, ok := n.taken[name]; ok {
		n.g.add("%s: %s and %s are both called %s in Go; give one a goName in overrides.json", n.where, owner, other, name)
		return
	}
	n.taken[name] = owner
}

// goNameOf is the Go name of a parameter or field.
func goNameOf(wire, override string) string {
	if override != "" {
		return override
	}
	return fieldName(wire)
}

// credentials are the fields that every action has besides its parameters.
var credentials = []goField{
	{name: "SessionID", typ: "types.Secret", tag: "`json:\"sessionId,omitzero\" zstack:\"credential\"`",
		doc: "SessionID, or AccessKeyID with AccessKeySecret, and RequestIP replace the client's own."},
	{name: "AccessKeyID", typ: "string", tag: "`json:\"accessKeyId,omitzero\" zstack:\"credential\"`"},
	{name: "AccessKeySecret", typ: "types.Secret", tag: "`json:\"accessKeySecret,omitzero\" zstack:\"credential\"`"},
	{name: "RequestIP", typ: "string", tag: "`json:\"requestIp,omitzero\" zstack:\"credential\"`"},
}

// maxParams is how many parameters a zstack.Given can remember.
const maxParams = 128

// actionFields are the fields of an action's struct, credentials excluded.
func (g *api) actionFields(a *catalog.Action) []goField {
	where := "action " + a.Name
	names := g.newNameSpace(where)
	names.reserve("a generated method", "ActionInfo", "Call", "UnmarshalJSON")
	if a.Async {
		names.reserve("a method of actions that the server runs as jobs", "Start")
	}
	if a.Query {
		names.reserve("a method of query actions", "All", "Count", "First", "One", "Pages", "Given")
	}
	for _, c := range credentials {
		names.reserve("a credential", c.name)
	}
	if len(a.Params) > maxParams {
		g.add("%s has %d parameters; zstack.Given holds %d", where, len(a.Params), maxParams)
	}
	wire := make(map[string]bool)
	for _, c := range []string{"sessionId", "accessKeyId", "accessKeySecret", "requestIp"} {
		wire[c] = true
	}
	var fields []goField
	for _, p := range a.Params {
		here := where + ", parameter " + p.Name
		if wire[p.Name] {
			g.add("%s: the name is taken by another parameter or a credential", here)
			continue
		}
		wire[p.Name] = true
		name := goNameOf(p.Name, p.GoName)
		names.claim(name, "parameter "+p.Name)
		e, ok := g.resolve(here, p.Type)
		if !ok {
			continue
		}
		e = g.hiding(here, e, p.Sensitive)
		fields = append(fields, goField{
			name: name,
			typ:  g.paramType(e, p),
			tag:  g.paramTag(here, p),
			doc:  telling(name, a.Name, g.prose.Param(a, p, name)+g.wordsNote(p, "types.")),
		})
	}
	return fields
}

// paramType is the Go type of a parameter: nil says "unset" for what is
// optional, whatever it is, and for a required number or boolean whose zero is a
// value like any other, so that a forgotten one is not sent.
func (g *api) paramType(e typeExpr, p *catalog.Param) string {
	typ := e.goType("types.")
	switch {
	case g.isClass(e):
		return "*" + typ
	case e.isCollection(), e.name == "any", p.Required && !zeroIsLegal(e, p):
		return typ
	default:
		return "*" + typ
	}
}

// zeroIsLegal reports whether zero can be meant where a required parameter is zero.
// A default that is not zero is what stands for it.
func zeroIsLegal(e typeExpr, p *catalog.Param) bool {
	switch e.name {
	case "bool":
		return true
	case "int32", "int64", "float32", "float64":
		return !p.ZeroIsUnset && len(p.Default) == 0 && (len(p.Range) != 2 || p.Range[0] <= 0 && p.Range[1] >= 0)
	default:
		return false
	}
}

// typeFields are the fields of a data type or a result, an embedded parent
// first. methods are the type's own.
func (g *api) typeFields(t *catalog.Type, qualifier string, methods []string) []goField {
	where := "type " + t.Name
	names := g.newNameSpace(where)
	names.reserve("a generated method", methods...)
	var fields []goField
	if p := g.parent(t); p != nil {
		names.reserve("the embedded parent", p.Name)
		fields = append(fields, goField{typ: p.Name, doc: p.Name + " has the fields that all its subtypes share."})
	}
	inherited := g.inherited(t)
	for wire, f := range inherited {
		names.reserve("the parent's field "+wire, goNameOf(wire, f.GoName))
	}
	wire := make(map[string]bool)
	for _, f := range t.Fields {
		here := where + ", field " + f.Name
		if wire[f.Name] {
			g.add("%s: the field is there twice", here)
			continue
		}
		wire[f.Name] = true
		if up := inherited[f.Name]; up != nil {
			// The embedded parent has it already; twice, JSON would see neither.
			if up.Type != f.Type {
				g.add("%s: it is a %s here and a %s in the parent", here, f.Type, up.Type)
			}
			continue
		}
		name := goNameOf(f.Name, f.GoName)
		names.claim(name, "field "+f.Name)
		e, ok := g.resolve(here, f.Type)
		if !ok {
			continue
		}
		e = g.hiding(here, e, f.Sensitive)
		typ, omitZero := g.fieldType(t, f, e, qualifier)
		var tag structTag
		tag.set("json", jsonName(f.Name, omitZero))
		tag.set("zstack", g.fieldOptions(here, t, f, e))
		tag.set("values", g.valuesTag(here, f.Values))
		doc := telling(name, t.Name, g.prose.Field(t, f, name)+g.wordsNote(f, qualifier))
		if isTypedAny(f) {
			doc += fmt.Sprintf(" What the server says to be of a data type is a pointer to one, such as *%sVmInstanceInventory; all else is as package encoding/json reads it.", qualifier)
		}
		fields = append(fields, goField{name: name, typ: typ, tag: tag.literal(), doc: doc})
	}
	return fields
}

// inherited are the fields of a type's ancestors by wire name.
func (g *api) inherited(t *catalog.Type) map[string]*catalog.Field {
	fields := make(map[string]*catalog.Field)
	for up := g.parent(t); up != nil; up = g.parent(up) {
		for _, f := range up.Fields {
			fields[f.Name] = f
		}
	}
	return fields
}

// fieldType is the Go type of a data type's field and whether JSON leaves its
// zero away. What replies carry are plain values. In a type that requests carry,
// nil says "unset", and a number that cannot be absent in the server's own type
// is always sent, as the reference SDKs do.
func (g *api) fieldType(t *catalog.Type, f *catalog.Field, e typeExpr, qualifier string) (typ string, omitZero bool) {
	typ = e.goType(qualifier)
	switch {
	case g.isClass(e):
		return "*" + typ, !g.isResult(t)
	case g.isResult(t):
		return typ, false
	case !t.Input, e.isCollection(), e.name == "any":
		return typ, true
	case f.Nullable, e.isString(), g.isEnum(e):
		return "*" + typ, true
	default:
		return typ, false
	}
}
