package zstack_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

type filled struct {
	Name   string            `json:"name" zstack:"required"`
	Count  int64             `json:"count" zstack:"required"`
	Mode   string            `json:"mode" zstack:"required" default:"fast"`
	Size   *int32            `json:"size,omitzero"`
	Ratio  *float64          `json:"ratio,omitzero"`
	Force  *bool             `json:"force,omitzero"`
	List   []string          `json:"list,omitzero"`
	Map    map[string]string `json:"map,omitzero"`
	Any    map[string]any    `json:"any,omitzero"`
	Secret *string           `json:"secret,omitzero" zstack:"sensitive"`
	PIN    *int32            `json:"pin,omitzero" zstack:"sensitive"`

	SessionID string `json:"sessionId,omitzero" zstack:"credential,sensitive"`

	given zstack.Given
}

func (filled) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "FilledAction", Method: "POST", Path: "/filled", Body: "params"}
}

func (a *filled) UnmarshalJSON(data []byte) error { return zstack.UnmarshalAction(data, a, &a.given) }

func TestActionsFromJSON(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, body string }{
		"plain":              {`{"name":"n","count":1,"size":2,"ratio":0.5,"force":true,"list":["a"],"map":{"k":"v"}}`, `{"name":"n","count":1,"mode":"fast","size":2,"ratio":0.5,"force":true,"list":["a"],"map":{"k":"v"}}`},
		"quoted numbers":     {`{"name":"n","count":"9223372036854775807","size":"2","ratio":"0.5","force":"true"}`, `{"name":"n","count":9223372036854775807,"mode":"fast","size":2,"ratio":0.5,"force":true}`},
		"whole floats":       {`{"name":"n","count":8.589934592E9}`, `{"name":"n","count":8589934592,"mode":"fast"}`},
		"zeros and empties":  {`{"name":"","count":0,"mode":"","size":0,"force":false,"list":[],"map":{}}`, `{"name":"","count":0,"mode":"","size":0,"force":false,"list":[],"map":{}}`},
		"null unsets":        {`{"name":"n","count":1,"size":null,"list":null,"map":null}`, `{"name":"n","count":1,"mode":"fast"}`},
		"large integers":     {`{"name":"n","count":1,"any":{"big":9007199254740993}}`, `{"name":"n","count":1,"mode":"fast","any":{"big":9007199254740993}}`},
		"credentials travel": {`{"name":"n","count":1,"sessionId":"s"}`, `{"name":"n","count":1,"mode":"fast"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var a filled
			require.NoError(t, json.Unmarshal([]byte(test.text), &a))
			require.Equal(t, `{"params":`+test.body+`}`, sentBy(t, a).text)
		})
	}
}

func TestCredentialsFromJSON(t *testing.T) {
	t.Parallel()
	var a recoverVM
	require.NoError(t, json.Unmarshal([]byte(`{"uuid":"u","sessionId":"s","accessKeyId":"k","accessKeySecret":"x","requestIp":"i"}`), &a))
	require.Equal(t, [4]string{"s", "k", "x", "i"}, [4]string{a.SessionID, a.AccessKeyID, a.AccessKeySecret, a.RequestIP})
}

func TestJSONRefusedForActions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, field, constraint string }{
		"unknown parameter":    {`{"nmae":"n"}`, "nmae", zstack.ConstraintUnknown},
		"Go name":              {`{"Name":"n"}`, "Name", zstack.ConstraintUnknown},
		"number for a text":    {`{"name":1}`, "name", zstack.ConstraintType},
		"text for a number":    {`{"count":"many"}`, "count", zstack.ConstraintType},
		"fraction for a whole": {`{"count":1.5}`, "count", zstack.ConstraintType},
		"too large":            {`{"size":3000000000}`, "size", zstack.ConstraintType},
		"number for a boolean": {`{"force":1}`, "force", zstack.ConstraintType},
		"object for a list":    {`{"list":{}}`, "list", zstack.ConstraintType},
		"text for a list":      {`{"list":"a"}`, "list", zstack.ConstraintType},
		"number in a list":     {`{"list":[1]}`, "list", zstack.ConstraintType},
		"list for a map":       {`{"map":[]}`, "map", zstack.ConstraintType},
		"null in a list":       {`{"list":["a",null]}`, "list", zstack.ConstraintNoNullElements},
		"null for a default":   {`{"mode":null}`, "mode", zstack.ConstraintRequired},
		"a name twice":         {`{"name":"a","name":"b"}`, "", zstack.ConstraintType},
		"a name twice, inside": {`{"map":{"a":"1","a":"2"}}`, "", zstack.ConstraintType},
		"a list":               {`[]`, "", zstack.ConstraintType},
		"a text":               {`"name"`, "", zstack.ConstraintType},
		"no JSON":              {`{"name":`, "", zstack.ConstraintType},
		"nothing":              {``, "", zstack.ConstraintType},
		"more behind":          {`{} {}`, "", zstack.ConstraintType},
		"invalid UTF-8":        {"{\"name\":\"\xff\"}", "", zstack.ConstraintType},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var a filled
			requireRefused(t, zstack.UnmarshalAction([]byte(test.text), &a, nil), test.field, test.constraint)
		})
	}
}

func TestSensitiveValuesOfTheWrongKindAreNotQuoted(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"number": `{"pin":"hunter2"}`, "list": `{"secret":["hunter2"]}`, "object": `{"secret":{"hunter2":1}}`, "cut": `{"secret":"hunter2`,
		"bad escape": `{"secret":"hunter2\x"}`, "twice": `{"secret":{"hunter2":1,"hunter2":2}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := zstack.UnmarshalAction([]byte(text), new(filled), nil)
			var refused *zstack.ValidationError
			require.ErrorAs(t, err, &refused)
			require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, refused.Err), "hunter2")
		})
	}
}

func TestMembersThatAreNotThereKeepTheirValue(t *testing.T) {
	t.Parallel()
	a := filled{Name: "kept", Size: new(int32(1))}
	require.NoError(t, json.Unmarshal([]byte(`{"count":2}`), &a))
	require.Equal(t, "kept", a.Name)
	require.Equal(t, int32(1), *a.Size)
}

func TestNullUnsetsWhatWasSet(t *testing.T) {
	t.Parallel()
	a := filled{Name: "n", Count: 1, Size: new(int32(1))}
	require.NoError(t, json.Unmarshal([]byte(`{"count":5}`), &a))
	require.NoError(t, json.Unmarshal([]byte(`{"count":null,"size":null}`), &a))
	require.Nil(t, a.Size)
	requireRefused(t, zstack.Validate(a), "count", zstack.ConstraintRequired)
}

func TestNullLeavesTheActionAlone(t *testing.T) {
	t.Parallel()
	a := filled{Name: "n"}
	require.NoError(t, zstack.UnmarshalAction([]byte(" null "), &a, nil))
	require.Equal(t, filled{Name: "n"}, a)
}

func TestOnlyPointersCanBeFilled(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]zstack.Action{"value": filled{}, "nil": nil, "nil pointer": (*filled)(nil)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var refused *zstack.ValidationError
			require.ErrorAs(t, zstack.UnmarshalAction([]byte(`{"name":"n"}`), a, nil), &refused)
		})
	}
}

func TestFilledActionDoesNotKeepTheText(t *testing.T) {
	t.Parallel()
	text := []byte(`{"name":"abc","count":1,"list":["def"]}`)
	var a filled
	require.NoError(t, zstack.UnmarshalAction(text, &a, nil))
	for i := range text {
		text[i] = 'x'
	}
	require.Equal(t, []string{"abc", "def"}, []string{a.Name, a.List[0]})
}

// takesMaps has the kinds of parameters in which JSON can hide a null.
type takesMaps struct {
	Quota map[string]int64    `json:"quota,omitzero"`
	Lists map[string][]string `json:"lists,omitzero"`
	Maps  []map[string]string `json:"maps,omitzero"`
	Any   map[string]any      `json:"any,omitzero"`
}

func (takesMaps) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "TakesMapsAction", Method: "POST", Path: "/maps", Body: "params", Session: true}
}

func TestNullsInMapsAreDroppedAndInListsRefused(t *testing.T) {
	t.Parallel()
	var a takesMaps
	require.NoError(t, zstack.UnmarshalAction([]byte(`{"quota":{"a":null,"b":5},"maps":[{"c":null,"d":"e"}],"lists":{"f":null,"g":["null"]},"any":{"h":null,"i":1}}`), &a, nil))
	require.Equal(t, takesMaps{
		Quota: map[string]int64{"b": 5},
		Maps:  []map[string]string{{"d": "e"}},
		Lists: map[string][]string{"g": {"null"}},
		Any:   map[string]any{"i": 1.0},
	}, a)
	for _, text := range []string{`{"lists":{"a":[null]}}`, `{"maps":[null]}`} {
		var refused *zstack.ValidationError
		require.ErrorAs(t, zstack.UnmarshalAction([]byte(text), new(takesMaps), nil), &refused)
		require.Equal(t, zstack.ConstraintNoNullElements, refused.Constraint)
	}
}
