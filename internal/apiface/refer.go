package main

import "go/types"

// eachName calls f for every type name that a type is written with. It does not look into the
// types that have these names.
func eachName(t types.Type, f func(*types.TypeName)) {
	switch t := t.(type) {
	case *types.Alias:
		f(t.Obj())
		eachOf(t.TypeArgs(), f)
	case *types.Named:
		f(t.Obj())
		eachOf(t.TypeArgs(), f)
	case *types.Map:
		eachName(t.Key(), f)
		eachName(t.Elem(), f)
	case interface{ Elem() types.Type }: // pointers, slices, arrays and channels
		eachName(t.Elem(), f)
	case *types.Tuple:
		for v := range t.Variables() {
			eachName(v.Type(), f)
		}
	case *types.Signature:
		eachConstraint(t.TypeParams(), f)
		eachName(t.Params(), f)
		eachName(t.Results(), f)
	case *types.Struct:
		for field := range t.Fields() {
			eachName(field.Type(), f)
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			eachName(m.Signature(), f)
		}
		for e := range t.EmbeddedTypes() {
			eachName(e, f)
		}
	case *types.Union:
		for term := range t.Terms() {
			eachName(term.Type(), f)
		}
	}
}

func eachOf(list *types.TypeList, f func(*types.TypeName)) {
	for t := range list.Types() {
		eachName(t, f)
	}
}

func eachConstraint(list *types.TypeParamList, f func(*types.TypeName)) {
	for p := range list.TypeParams() {
		eachName(p.Constraint(), f)
	}
}

// promotes reports whether a struct that embeds the type gets exported fields or methods from
// it.
func promotes(t types.Type) bool {
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
	}
	for method := range types.NewMethodSet(types.NewPointer(t)).Methods() {
		if method.Obj().Exported() {
			return true
		}
	}
	if i, ok := t.Underlying().(*types.Interface); ok {
		return i.NumMethods() > 0
	}
	structure, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range structure.Fields() {
		if f.Exported() || f.Embedded() && promotes(f.Type()) {
			return true
		}
	}
	return false
}
