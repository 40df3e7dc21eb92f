package zstacktest

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// checkShape refuses what cannot be read into the server's own types, before it becomes
// a call: a word for a boolean or a number, an object where a string belongs.
func (c *call) checkShape() *apierr.Refusal {
	for _, p := range c.api.Params() {
		raw, ok := c.raw[p.Name]
		if !ok || raw == nil {
			continue
		}
		_, isString := raw.(string)
		switch raw.(type) {
		case map[string]any, []any:
			if isScalar(p.Type) {
				return apierr.Refusef(http.StatusInternalServerError, "the field[%s] is not a %s", p.Name, p.Type)
			}
		}
		switch {
		case !isString:
		case p.Type == "bool" && !strings.EqualFold(store.Text(raw), "true") && !strings.EqualFold(store.Text(raw), "false"):
			return apierr.Refusef(http.StatusBadRequest, "Invalid value for boolean field [%s], [%v] is not a valid boolean string[true, false].", p.Name, raw)
		case strings.HasPrefix(p.Type, "int") && !isNumber(store.Text(raw)):
			return apierr.Refusef(http.StatusBadRequest, "Invalid value for number field [%s], [%v] is not a number.", p.Name, raw)
		}
	}
	return nil
}

func isScalar(name string) bool {
	typ, known := wireTypes[name]
	return known && typ != store.TypeList
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// wireTypes are the types of parameters that the node reads; it leaves others as they
// came.
var wireTypes = map[string]store.FieldType{
	"string": store.TypeString, "int32": store.TypeInt, "int64": store.TypeInt, "float32": store.TypeFloat, "float64": store.TypeFloat, "bool": store.TypeBool, "timestamp": store.TypeTime,
	"list<string>": store.TypeList, "list<int32>": store.TypeList, "list<int64>": store.TypeList,
}

func typeOf(p *calls.Param) store.FieldType {
	if typ, ok := wireTypes[p.Type]; ok {
		return typ
	}
	return store.TypeRaw
}

// bind reads the parameters into args and checks them as the server does before
// it runs an API.
func (c *call) bind() *apierr.Error {
	params := c.api.Params()
	c.args = make(map[string]any, len(params))
	for i := range params {
		p := &params[i]
		raw, ok := c.raw[p.Name]
		if !ok || raw == nil {
			if raw = p.Default; raw == nil {
				raw = p.Server
			}
			if raw == nil {
				if p.Required {
					return apierr.Failf(apierr.CodeInvalidArgument, "field[%s] of message[%s] is mandatory, can not be null", p.Name, c.api.name)
				}
				continue
			}
		}
		value, ok := store.Convert(raw, typeOf(p))
		if !ok {
			return apierr.Failf(apierr.CodeInvalidArgument, "field[%s] of message[%s] has an invalid value[%v]", p.Name, c.api.name, raw)
		}
		value, err := c.checkLimits(p, value)
		if err != nil {
			return err
		}
		c.args[p.Name] = value
	}
	return c.checkRefs(params)
}

// checkLimits checks a value against what the catalogue knows of it, and returns it as the
// server writes it.
func (c *call) checkLimits(p *calls.Param, value any) (any, *apierr.Error) {
	elements, isList := value.([]string)
	if s, ok := value.(string); ok {
		elements = []string{s}
	}
	switch {
	case isList && p.NonEmpty && len(elements) == 0:
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "field[%s] must be a nonempty list", p.Name)
	case p.NoEmpty && slices.Contains(elements, ""):
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "field[%s] cannot contain an empty string", p.Name)
	}
	for i, s := range elements {
		length := len(utf16.Encode([]rune(s)))
		switch {
		case p.MaxLength > 0 && length > p.MaxLength:
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "field[%s] of message[%s] exceeds max length of string. expected was <= %d, actual was %d", p.Name, c.api.name, p.MaxLength, length)
		case length < p.MinLength:
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "field[%s] of message[%s] less than the min length of string. expected was >= %d, actual was %d", p.Name, c.api.name, p.MinLength, length)
		case p.Pattern != "" && (p.PatternOn != "cloud" || !c.node.release.Zsphere) && !matches(p.Pattern, s):
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "valid regex value for field[%s] of message[%s] are %s, but %s found", p.Name, c.api.name, p.Pattern, s)
		}
		if len(p.Values) == 0 {
			continue
		}
		known := slices.IndexFunc(p.Values, func(v string) bool { return strings.EqualFold(v, s) })
		if known < 0 {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "valid value for field[%s] of message[%s] are %v, but %s found", p.Name, c.api.name, p.Values, s)
		}
		elements[i] = p.Values[known]
	}
	if s, ok := value.(string); ok && len(p.Values) > 0 && s != elements[0] {
		value = elements[0]
	}
	if n, ok := value.(int64); ok {
		if p.Min != nil && n < *p.Min || p.Max != nil && n > *p.Max {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "field[%s] must be in range of [%s, %s]", p.Name, bound(p.Min), bound(p.Max))
		}
		if len(p.Values) > 0 && !slices.Contains(p.Values, strconv.FormatInt(n, 10)) {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "valid value for field[%s] of message[%s] are %v, but %d found", p.Name, c.api.name, p.Values, n)
		}
	}
	return value, nil
}

func bound(n *int64) string {
	if n == nil {
		return "9223372036854775807"
	}
	return strconv.FormatInt(*n, 10)
}

var patterns sync.Map // of *regexp.Regexp, by their text

func matches(pattern, s string) bool {
	known, ok := patterns.Load(pattern)
	if !ok {
		known, _ = patterns.LoadOrStore(pattern, regexp.MustCompile(pattern))
	}
	return known.(*regexp.Regexp).MatchString(s)
}

// checkRefs checks that the records that parameters are declared to name exist, and for
// handlers of the node's own also those that they are only taken to name.
func (c *call) checkRefs(params []calls.Param) *apierr.Error {
	for i := range params {
		p := &params[i]
		k := refOf(p)
		if k == nil || p.Inferred && c.api.generic || c.args[p.Name] == nil || p.Name == "tagUuids" {
			continue
		}
		uuids := c.list(p.Name)
		if uuid, ok := c.args[p.Name].(string); ok {
			uuids = []string{uuid}
		}
		for _, uuid := range uuids {
			if c.store().Get(k.Name, uuid) != nil || k.Name == "User" && c.store().Get("Account", uuid) != nil {
				continue // An account is a user of its own.
			}
			if c.api.SuccessIfMissing && c.node.gone[uuid] {
				c.missing = true
				continue
			}
			return apierr.Failf(apierr.CodeNotFound, "invalid field[%s], resource[uuid:%s, type:%s] not found", p.Name, uuid, p.RefersTo[0])
		}
	}
	return nil
}
