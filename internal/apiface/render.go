package main

import (
	"bytes"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A renderer writes the face of a module.
type renderer struct {
	*module
	sheets map[*types.Package]*sheet
	queue  []*types.TypeName // to write
	queued map[*types.TypeName]bool
}

// render writes the face of a module: what its public packages export, and whatever else in
// the module that refers to, such as an unexported type that an exported function takes.
func render(m *module) face {
	r := &renderer{module: m, sheets: make(map[*types.Package]*sheet), queued: make(map[*types.TypeName]bool)}
	for _, p := range m.public {
		for _, name := range p.Scope().Names() {
			if object := p.Scope().Lookup(name); object.Exported() {
				r.write(object)
			}
		}
	}
	for len(r.queue) > 0 {
		next := r.queue[0]
		r.queue = r.queue[1:]
		r.write(next)
	}
	f := make(face)
	for p, s := range r.sheets {
		f[p.Path()] = s.String()
	}
	return f
}

// write writes the declaration of an object.
func (r *renderer) write(object types.Object) {
	s := r.sheets[object.Pkg()]
	if s == nil {
		s = newSheet(object.Pkg())
		r.sheets[object.Pkg()] = s
	}
	name := object.Name()
	switch object := object.(type) {
	case *types.Const:
		s.written["const "+name] = fmt.Sprintf("const %s%s = %s\n", name, r.constType(s, object), constText(object))
	case *types.Var:
		s.written["var "+name] = fmt.Sprintf("var %s %s\n", name, r.text(s, object.Type()))
	case *types.Func:
		s.written["func "+name] = fmt.Sprintf("func %s%s\n", name, r.signature(s, object.Signature()))
	case *types.TypeName:
		s.written["type "+name] = r.typeText(s, object)
	}
}

// text writes a type, and sees to it that the types are written which it refers to.
func (r *renderer) text(s *sheet, t types.Type) string {
	eachName(t, func(name *types.TypeName) {
		if name.Pkg() == nil || r.packages[name.Pkg().Path()] != name.Pkg() || r.queued[name] {
			return
		}
		r.queued[name] = true
		r.queue = append(r.queue, name)
	})
	return types.TypeString(t, s.qualify)
}

func (r *renderer) constType(s *sheet, c *types.Const) string {
	if basic, ok := c.Type().(*types.Basic); ok && basic.Info()&types.IsUntyped != 0 {
		return ""
	}
	return " " + r.text(s, c.Type())
}

// constText writes the value of a constant. One that is a float is a quotient of floats.
func constText(c *types.Const) string {
	if basic, ok := c.Type().Underlying().(*types.Basic); ok && basic.Info()&types.IsFloat != 0 {
		return strings.ReplaceAll(constant.ToFloat(c.Val()).ExactString(), "/", ".0/") + ".0"
	}
	return c.Val().ExactString()
}

// typeText writes the declarations of a type and of its exported methods.
func (r *renderer) typeText(s *sheet, name *types.TypeName) string {
	var b strings.Builder
	b.WriteString("type " + name.Name())
	if alias, ok := name.Type().(*types.Alias); ok {
		fmt.Fprintf(&b, "%s = %s\n", r.typeParams(s, alias.TypeParams()), r.text(s, alias.Rhs()))
		return b.String()
	}
	named := name.Type().(*types.Named)
	b.WriteString(r.typeParams(s, named.TypeParams()) + " ")
	switch underlying := named.Underlying().(type) {
	case *types.Struct:
		b.WriteString(braced("struct", r.fields(s, underlying), r.onOneLine(name)))
	case *types.Interface:
		b.WriteString(braced("interface", r.elements(s, underlying), r.onOneLine(name)))
	default:
		b.WriteString(r.text(s, underlying))
	}
	b.WriteString("\n" + r.methods(s, named))
	return b.String()
}

// methods writes the exported methods of a type.
func (r *renderer) methods(s *sheet, named *types.Named) string {
	var methods []string
	for m := range named.Methods() {
		if m.Exported() {
			receiver := types.TypeString(m.Signature().Recv().Type(), s.qualify)
			methods = append(methods, fmt.Sprintf("func (%s) %s%s\n", receiver, m.Name(), r.signature(s, m.Signature())))
		}
	}
	slices.Sort(methods)
	return strings.Join(methods, "")
}

// onOneLine reports whether a type takes one line, which those do that nobody reads one by one.
func (r *renderer) onOneLine(name *types.TypeName) bool {
	return r.generated[r.fset.Position(name.Pos()).Filename]
}

// fields writes the fields of a struct through which something is exported, and one that
// stands for the others, which decide whether values of the struct can be compared.
func (r *renderer) fields(s *sheet, structure *types.Struct) []string {
	var lines []string
	hidden := ""
	for f := range structure.Fields() {
		switch {
		case f.Embedded() && (f.Exported() || promotes(f.Type())):
			lines = append(lines, r.text(s, f.Type()))
		case f.Exported():
			lines = append(lines, f.Name()+" "+r.text(s, f.Type()))
		case !types.Comparable(f.Type()):
			hidden = "_ func()"
		case hidden == "":
			hidden = "_ int"
		}
	}
	slices.Sort(lines)
	if hidden != "" {
		lines = append(lines, hidden)
	}
	return lines
}

// elements writes the methods of an interface, and what it embeds.
func (r *renderer) elements(s *sheet, i *types.Interface) []string {
	var lines []string
	for m := range i.ExplicitMethods() {
		lines = append(lines, m.Name()+r.signature(s, m.Signature()))
	}
	for e := range i.EmbeddedTypes() {
		lines = append(lines, r.text(s, e))
	}
	slices.Sort(lines)
	return lines
}

// braced writes the lines of a block.
func braced(before string, lines []string, onOneLine bool) string {
	switch {
	case len(lines) == 0:
		return before + " {}"
	case onOneLine:
		return before + " { " + strings.Join(lines, "; ") + " }"
	default:
		return before + " {\n\t" + strings.Join(lines, "\n\t") + "\n}"
	}
}

// typeParams writes a list of type parameters with their brackets.
func (r *renderer) typeParams(s *sheet, list *types.TypeParamList) string {
	var texts []string
	for p := range list.TypeParams() {
		texts = append(texts, p.Obj().Name()+" "+r.text(s, p.Constraint()))
	}
	if texts == nil {
		return ""
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// signature writes what follows the name of a function, without the names of parameters.
func (r *renderer) signature(s *sheet, full *types.Signature) string {
	plain := types.NewSignatureType(nil, nil, nil, unnamed(full.Params()), unnamed(full.Results()), full.Variadic())
	r.text(s, plain)
	var b bytes.Buffer
	types.WriteSignature(&b, plain, s.qualify)
	return r.typeParams(s, full.TypeParams()) + b.String()
}

func unnamed(list *types.Tuple) *types.Tuple {
	var vars []*types.Var
	for v := range list.Variables() {
		vars = append(vars, types.NewParam(token.NoPos, v.Pkg(), "", v.Type()))
	}
	return types.NewTuple(vars...)
}
