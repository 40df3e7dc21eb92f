// Package secrets takes secrets out of JSON that is to be shown.
package secrets

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/zstack-go/zstack-go/types"
)

// The types of the SDK hide the secrets that the catalogue knows. Names such as these hold others:
// in maps, in recordings of other calls, in the values of settings.
var names = regexp.MustCompile(`(?i)(passw(or)?d|pwd|passphrase|secret|token|kubeconfig|(private|auth|access|api|shared)_?key$|psk|credential|vncurl|cookie|userdata|^session(uuid|id)?$|^jobdata$|dump$|^apibody$|^paramcontent$|^runningxml$)`)

// Hidden stands in the place of a secret.
const Hidden = "***"

// IsName reports whether what has a name is likely a secret.
func IsName(name string) bool { return names.MatchString(name) }

// Hide hides what members with such names hold, and what is known of addresses and system tags.
func Hide(data []byte) (json.RawMessage, error) {
	v, err := Decode(data)
	if err != nil {
		return nil, err
	}
	return json.Marshal(masked("", v))
}

// Decode reads JSON with its numbers as long as they are. Nothing may follow it.
func Decode(data []byte) (any, error) {
	if !json.Valid(data) {
		return nil, errors.New("not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// muted hides a string, or those of a list.
func muted(value any) any {
	switch value := value.(type) {
	case string:
		return Hidden
	case []any:
		for i := range value {
			value[i] = muted(value[i])
		}
	}
	return value
}

var isValue = regexp.MustCompile(`(?i)values?$`)

// isSetting reports whether an object is a setting, or a label, whose name tells of a secret.
func isSetting(object map[string]any) bool {
	for _, key := range []string{"name", "key", "id"} {
		if name, isString := object[key].(string); isString && IsName(name) {
			return true
		}
	}
	return false
}

// masked is a value without the secrets that its name, or those of its members, tell of.
func masked(name string, v any) any {
	secret := IsName(name)
	switch v := v.(type) {
	case map[string]any:
		if secret && len(v) > 0 {
			return Hidden
		}
		for key, value := range v {
			if isValue.MatchString(key) && isSetting(v) {
				value = muted(value)
			}
			v[key] = masked(key, value)
		}
	case []any:
		for i := range v {
			v[i] = masked(name, v[i])
		}
	case string:
		switch {
		case secret && v != "":
			return Hidden
		case strings.HasPrefix(v, "{") || strings.HasPrefix(v, "["):
			// Some members are JSON in a string: settings, results of jobs.
			if inner, err := Hide([]byte(v)); err == nil {
				return string(inner)
			}
		case strings.Contains(v, "://") && !strings.ContainsFunc(v, unicode.IsSpace):
			return fmt.Sprint(types.SecretURL(v))
		}
		return fmt.Sprint(types.SystemTag(v))
	}
	return v
}
