package zstack_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

func TestPathParametersTravelInThePathOnly(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GET", "DELETE", "POST", "PUT"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			r := sentBy(t, tiny{UUID: new("u"), N: new(int64(5)), info: zstack.ActionInfo{Name: "A", Method: method, Path: "/a/{uuid}/b/{n}/", Body: "p"}})
			require.Equal(t, "http://mn:8080/zstack/v1/a/u/b/5/", r.URL.String())
			require.NotContains(t, r.text, "uuid")
		})
	}
}

// queryOfVM has a name in its path that is not a parameter.
type queryOfVM struct {
	Conditions []string `json:"conditions" zstack:"required"`
}

func (queryOfVM) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "QueryOfVM", Method: "GET", Path: "/vm-instances/{vmInstanceUuid}/things", Session: true, Query: true}
}

func TestQueryTakesItsPathFromACondition(t *testing.T) {
	t.Parallel()
	r := sentBy(t, queryOfVM{Conditions: []string{"name=x", "vmInstanceUuid=" + vmUUID}})
	require.Equal(t, "/zstack/v1/vm-instances/"+vmUUID+"/things", r.URL.Path)
	require.Equal(t, []string{"name=x", "vmInstanceUuid=" + vmUUID}, r.URL.Query()["q"])
}

func TestQueryWithoutTheConditionOfItsPathIsRefused(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	requireRefused(t, clientOf(t, rec).Call(t.Context(), queryOfVM{Conditions: []string{"vmInstanceUuid!=x"}}, nil), "conditions", zstack.ConstraintRequired)
	require.Empty(t, rec.requests())
}

func TestPathValuesAreOneSegment(t *testing.T) {
	t.Parallel()
	for value, escaped := range map[string]string{
		"a b":      "a%20b",
		"a+b":      "a%2Bb",
		"a%2Fb":    "a%252Fb",
		"%2e%2e":   "%252e%252e",
		"a?b#c":    "a%3Fb%23c",
		"a;b=c":    "a%3Bb=c",
		"中":        "%E4%BD%A0"[:0] + "%E4%B8%AD",
		"...":      "...",
		"a:b@c":    "a:b@c",
		" spaces ": "spaces",
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			r := sentBy(t, recoverVM{UUID: value})
			require.Equal(t, "/zstack/v1/vm-instances/"+escaped+"/actions", r.URL.EscapedPath())
			require.Equal(t, "/zstack/v1/vm-instances/"+strings.TrimSpace(value)+"/actions", r.URL.Path)
		})
	}
}

func TestPathValuesThatCannotBeSentSafely(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"empty": "", "spaces": "  ", "dot": ".", "two dots": "..", "dots and spaces": " .. ", "slash": "a/b", "only a slash": "/",
		"backslash": `a\b`, "line end": "a\nb", "NUL": "a\x00b", "DEL": "a\x7fb", "C1": "a\u0085b", "invalid UTF-8": "a\xffb",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			action := tiny{UUID: &value, info: zstack.ActionInfo{Name: "A", Method: "DELETE", Path: "/vm-instances/{uuid}"}}
			err := clientOf(t, rec).Call(t.Context(), action, nil)
			var refused *zstack.ValidationError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, "uuid", refused.Field)
			require.Equal(t, "A", refused.Action)
			require.Empty(t, rec.requests())
		})
	}
}

func TestOptionalParameterOfAPathHasToBeSet(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	action := tiny{info: zstack.ActionInfo{Name: "A", Method: "DELETE", Path: "/vm-instances/{uuid}"}}
	requireRefused(t, clientOf(t, rec).Call(t.Context(), action, nil), "uuid", zstack.ConstraintRequired)
	require.Empty(t, rec.requests())
}
