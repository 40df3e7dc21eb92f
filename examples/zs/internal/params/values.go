package params

import (
	"errors"
	"regexp"
	"strings"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/secrets"
	"github.com/zstack-go/zstack-go/zstack"
)

// elements reads elements of a list: JSON, or strings with commas between.
func elements(field registry.Field, element, value string) ([]any, error) {
	switch {
	case strings.HasPrefix(value, "["):
		list, err := structure(field.Name, field.Type, value)
		if err != nil {
			return nil, err
		}
		more, isList := list.([]any)
		if !isList {
			return nil, notA(field.Name, field.Type, nil)
		}
		return more, nil
	case strings.HasPrefix(value, "{") && !kinds.IsScalar(element):
		one, err := structure(field.Name, field.Type, value)
		return []any{one}, err
	case value == "":
		return []any{}, nil
	}
	var more []any
	for _, s := range split(value) {
		more = append(more, s)
	}
	return more, nil
}

// structure reads JSON, or else a literal of Python, which zstack-cli takes.
func structure(name, kind, value string) (any, error) {
	if v, err := secrets.Decode([]byte(value)); err == nil {
		return v, nil
	}
	v, err := python(value)
	if err != nil {
		return nil, notA(name, kind, err)
	}
	return v, nil
}

func notA(name, kind string, err error) error {
	if err == nil {
		err = ErrValue
	}
	// What the value is stays unsaid, since it can be a secret.
	return usage(errors.Join(ErrValue, err), lang.S("the value of %s cannot be read as JSON of type %s", name, kind))
}

// split splits at commas, but for those behind a backslash.
func split(value string) []string {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && i+1 < len(value) && (value[i+1] == ',' || value[i+1] == '\\'):
			i++
			part.WriteByte(value[i])
		case c == ',':
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteByte(c)
		}
	}
	if part.Len() > 0 || len(parts) == 0 {
		parts = append(parts, part.String()) // A comma at the end says nothing more.
	}
	return parts
}

// hashed reports whether a password travels as its hash, which zstack-cli makes of it, too.
func hashed(field registry.Field) bool {
	return field.Secret && strings.Contains(field.Description, "HashPassword")
}

var hashes = regexp.MustCompile(`^[0-9a-f]{128}$`)

func hash(password string) string {
	if hashes.MatchString(password) {
		return password
	}
	return string(zstack.HashPassword(password))
}
