package zstack

import (
	"strings"

	"github.com/zstack-go/zstack-go/internal/params"
)

// fillPath puts parameters into the path.
func (b *builder) fillPath(template string) error {
	path, refused := b.Path(template, b.inCondition)
	if refused != nil {
		return violation(b.info.Name, refused)
	}
	b.request.path, b.request.plain, b.request.shown, b.inPath = path.Escaped, path.Plain, path.Shown, path.Names
	return nil
}

// inCondition returns the value for a name in the path that is not a parameter's. Two query
// actions have one; what it stands for can only be said in a condition.
func (b *builder) inCondition(name string) (string, *params.Violation) {
	if !b.info.Query {
		return "", &params.Violation{Field: name, Constraint: ConstraintUnknown, Reason: "is part of the path, but no parameter of the action"}
	}
	for _, c := range b.Strings(conditions) {
		if value, ok := strings.CutPrefix(c, name+"="); ok {
			return value, nil
		}
	}
	return "", &params.Violation{Field: conditions, Constraint: ConstraintRequired, Reason: "needs the condition " + name + "=..., which is part of the path"}
}
