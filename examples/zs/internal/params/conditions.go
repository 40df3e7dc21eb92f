package params

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/zstack"
)

// An operator is one of conditions.
type operator struct {
	sign string
	make func(field, value string) zstack.Condition
}

// operators are all of them, each before any that it ends in or begins with.
var operators = []operator{
	{"!?=", func(field, value string) zstack.Condition { return zstack.NotIn(field, split(value)...) }},
	{"!~=", func(field, value string) zstack.Condition { return zstack.NotLike(field, pattern(value)) }},
	{"?=", func(field, value string) zstack.Condition { return zstack.In(field, split(value)...) }},
	{"~=", func(field, value string) zstack.Condition { return zstack.Like(field, pattern(value)) }},
	{"!=", func(field, value string) zstack.Condition {
		if value == "null" {
			return zstack.NotNull(field)
		}
		return zstack.NotEq(field, value)
	}},
	{">=", func(field, value string) zstack.Condition { return zstack.Gte(field, value) }},
	{"<=", func(field, value string) zstack.Condition { return zstack.Lte(field, value) }},
	{">", func(field, value string) zstack.Condition { return zstack.Gt(field, value) }},
	{"<", func(field, value string) zstack.Condition { return zstack.Lt(field, value) }},
	{"=", func(field, value string) zstack.Condition {
		if value == "null" {
			return zstack.IsNull(field)
		}
		return zstack.Eq(field, value)
	}},
}

// pattern puts a string that has no wildcard between two, so that name~=web finds what has web
// in its name.
func pattern(value string) string {
	if strings.ContainsAny(value, "%_") {
		return value
	}
	return "%" + value + "%"
}

// ErrCondition says that an argument is no condition.
var ErrCondition = errors.New("not a condition")

// Condition reads one condition: a field, an operator and a value, as in state=Running,
// name~=web, uuid?=a,b or hostUuid!=null.
func Condition(arg string) (zstack.Condition, error) {
	field, o, value, found := cut(arg)
	if !found {
		return zstack.Condition{}, usage(ErrCondition, lang.S("%q is not a condition: want a field, an operator and a value, such as state=Running", arg))
	}
	return o.make(field, value), nil
}

// CutCondition cuts a condition at its operator.
func CutCondition(arg string) (field, sign, value string, found bool) {
	field, o, value, found := cut(arg)
	return field, o.sign, value, found
}

// cut finds the operator, which is about the first =, < or >. Fields have none of its characters
// in them.
func cut(arg string) (field string, o operator, value string, found bool) {
	i := strings.IndexAny(arg, "=<>")
	if i < 1 {
		return "", operator{}, "", false
	}
	for _, o := range operators {
		start := i - strings.IndexAny(o.sign, "=<>")
		if start > 0 && strings.HasPrefix(arg[start:], o.sign) {
			return arg[:start], o, arg[start+len(o.sign):], true
		}
	}
	return "", operator{}, "", false
}

// Conditions reads several conditions.
func Conditions(args []string) ([]zstack.Condition, error) {
	conditions := make([]zstack.Condition, 0, len(args))
	for _, arg := range args {
		c, err := Condition(arg)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, c)
	}
	return conditions, nil
}

// byWords are the operators of conditions that are objects, as the server names them.
var byWords = map[string]func(field string, value any) zstack.Condition{
	"=": zstack.Eq, "!=": zstack.NotEq, ">": zstack.Gt, ">=": zstack.Gte, "<": zstack.Lt, "<=": zstack.Lte,
	"is null":     func(field string, _ any) zstack.Condition { return zstack.IsNull(field) },
	"is not null": func(field string, _ any) zstack.Condition { return zstack.NotNull(field) },
	"not null":    func(field string, _ any) zstack.Condition { return zstack.NotNull(field) },
	"like":        func(field string, value any) zstack.Condition { return zstack.Like(field, fmt.Sprint(value)) },
	"not like":    func(field string, value any) zstack.Condition { return zstack.NotLike(field, fmt.Sprint(value)) },
	"in":          func(field string, value any) zstack.Condition { return zstack.In(field, several(value)...) },
	"not in":      func(field string, value any) zstack.Condition { return zstack.NotIn(field, several(value)...) },
}

// several are the values of a list, or of a string with commas between.
func several(value any) []string {
	list, isList := value.([]any)
	if !isList {
		return split(fmt.Sprint(value))
	}
	values := make([]string, len(list))
	for i, v := range list {
		values[i] = fmt.Sprint(v)
	}
	return values
}

// conditionOf reads a condition that is an object.
func conditionOf(object map[string]any) (zstack.Condition, error) {
	field, _ := object["name"].(string)
	op, _ := object["op"].(string)
	make, found := byWords[op]
	value := object["value"]
	if number, isNumber := value.(json.Number); isNumber {
		value = number.String()
	}
	_, isObject := value.(map[string]any)
	if _, isList := value.([]any); !found || field == "" || isObject || isList && !strings.HasSuffix(op, "in") {
		return zstack.Condition{}, notA("conditions", "list", ErrCondition)
	}
	return make(field, value), nil
}
