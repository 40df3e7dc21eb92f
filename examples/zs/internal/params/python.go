package params

import (
	"errors"
	"math/big"

	"go.starlark.net/syntax"
)

// python reads a literal of Python, as zstack-cli takes objects and lists: [{'port': 22}]. The
// words of JSON may stand in it. Starlark has the same literals. Nothing is evaluated.
func python(literal string) (any, error) {
	e, err := new(syntax.FileOptions).ParseExpr("", literal, 0)
	if err != nil {
		return nil, err
	}
	return plain(e)
}

var (
	errKey     = errors.New("a key is no string")
	errLiteral = errors.New("not a literal")
)

// words are the names that stand for values.
var words = map[string]any{"True": true, "False": false, "None": nil, "true": true, "false": false, "null": nil}

// plain makes of a literal what JSON can hold.
func plain(e syntax.Expr) (any, error) {
	switch e := e.(type) {
	case *syntax.Literal:
		if n, isBig := e.Value.(*big.Int); isBig {
			return n, nil
		}
		return e.Value, nil
	case *syntax.UnaryExpr:
		switch n := operand(e).(type) {
		case int64:
			return -n, nil
		case float64:
			return -n, nil
		}
	case *syntax.Ident:
		if v, known := words[e.Name]; known {
			return v, nil
		}
	case *syntax.ParenExpr:
		return plain(e.X)
	case *syntax.ListExpr:
		return list(e.List)
	case *syntax.TupleExpr:
		return list(e.List)
	case *syntax.DictExpr:
		return object(e.List)
	}
	return nil, errLiteral
}

// operand is what a minus stands before; nil for another sign.
func operand(e *syntax.UnaryExpr) any {
	if literal, isLiteral := e.X.(*syntax.Literal); isLiteral && e.Op == syntax.MINUS {
		return literal.Value
	}
	return nil
}

func list(elements []syntax.Expr) (any, error) {
	values := make([]any, len(elements))
	for i, e := range elements {
		v, err := plain(e)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

func object(entries []syntax.Expr) (any, error) {
	members := map[string]any{}
	for _, e := range entries {
		entry, isEntry := e.(*syntax.DictEntry)
		if !isEntry {
			return nil, errLiteral
		}
		key, err := plain(entry.Key)
		if err != nil {
			return nil, err
		}
		name, isString := key.(string)
		if !isString {
			return nil, errKey
		}
		if members[name], err = plain(entry.Value); err != nil {
			return nil, err
		}
	}
	return members, nil
}
