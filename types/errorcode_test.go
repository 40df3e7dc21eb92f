package types_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
)

func ExampleErrorCode() {
	var err error = &types.ErrorCode{
		Code:        types.SysInternal,
		Description: "an internal error happened",
		Cause:       &types.ErrorCode{Code: types.SysResourceNotFound, Details: "no VM has this uuid"},
	}
	fmt.Println(err)
	fmt.Println(errors.Is(err, types.SysResourceNotFound))
	// Output:
	// SYS.1000, an internal error happened; caused by SYS.1003: no VM has this uuid
	// true
}

func TestCodeIsAnError(t *testing.T) {
	t.Parallel()
	require.EqualError(t, types.SysResourceNotFound, "SYS.1003")
	require.ErrorIs(t, fmt.Errorf("call: %w", types.SysResourceNotFound), types.SysResourceNotFound)
	require.NotErrorIs(t, error(types.SysInternal), types.SysResourceNotFound)
	require.Equal(t, types.IDInvalidSession, types.Code("ID.1001"))
}

func TestErrorCodeText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		code *types.ErrorCode
		want string
	}{
		{"nil", nil, "no error"},
		{"empty", &types.ErrorCode{}, "an error without a code"},
		{"code only", &types.ErrorCode{Code: "SYS.1000"}, "SYS.1000"},
		{"description only", &types.ErrorCode{Description: "it broke"}, "it broke"},
		{"details only", &types.ErrorCode{Details: "a cable"}, "a cable"},
		{"all", &types.ErrorCode{Code: "SYS.1000", Description: "it broke", Details: "a cable"}, "SYS.1000, it broke: a cable"},
		{"details that say the same", &types.ErrorCode{Code: "SYS.1000", Description: "it broke", Details: "it broke"}, "SYS.1000, it broke"},
		{"cause", &types.ErrorCode{Code: "A.1", Cause: &types.ErrorCode{Code: "B.1"}}, "A.1; caused by B.1"},
		{"chain", &types.ErrorCode{Code: "A.1", Cause: &types.ErrorCode{Code: "B.1", Cause: &types.ErrorCode{Code: "C.1"}}}, "A.1; caused by B.1; caused by C.1"},
		{"causes", &types.ErrorCode{Code: "A.1", Causes: []types.ErrorCode{{Code: "B.1"}, {Code: "C.1"}}}, "A.1; caused by B.1; and by C.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, tt.code.Error())
		})
	}
}

func TestErrorCodeWithEndlessCauses(t *testing.T) {
	t.Parallel()
	deep := &types.ErrorCode{Code: "X.1"}
	for range 100_000 {
		deep = &types.ErrorCode{Code: "X.1", Cause: deep}
	}
	text := deep.Error()
	require.Less(t, len(text), 1000)
	require.True(t, strings.HasSuffix(text, "; and more"), text)

	wide := &types.ErrorCode{Code: "X.1", Causes: make([]types.ErrorCode, 100_000)}
	require.Less(t, len(wide.Error()), 1000)
}

func TestErrorCodeChain(t *testing.T) {
	t.Parallel()
	err := &types.ErrorCode{
		Code:   "A.1",
		Cause:  &types.ErrorCode{Code: "B.1", Causes: []types.ErrorCode{{Code: "C.1"}}},
		Causes: []types.ErrorCode{{Code: "D.1"}, {Code: "E.1"}},
	}
	require.Len(t, err.Unwrap(), 3)
	for _, code := range []types.Code{"A.1", "B.1", "C.1", "D.1", "E.1"} {
		require.ErrorIs(t, err, code)
	}
	require.NotErrorIs(t, err, types.Code("F.1"))
	require.False(t, err.Is(types.Code("B.1")), "Is speaks of the error itself")
	require.False(t, err.Is(errors.New("A.1")))

	var none *types.ErrorCode
	require.Nil(t, none.Unwrap())
	require.False(t, none.Is(types.Code("")))
}

func TestErrorCodeSubtypes(t *testing.T) {
	t.Parallel()
	var err types.ErrorCode
	aliyun, ok := err.Subtype("org.zstack.header.aliyun.errorCode.AliyunErrorCode").(*types.AliyunErrorCode)
	require.True(t, ok)
	require.NoError(t, json.Unmarshal([]byte(`{"code": "ALIYUN.1000", "details": "denied"}`), aliyun))
	require.Same(t, aliyun, err.Concrete())
	require.EqualError(t, aliyun, "ALIYUN.1000: denied")
	require.ErrorIs(t, aliyun, types.Code("ALIYUN.1000"))
	require.Same(t, aliyun, aliyun.Concrete())

	var other types.ErrorCode
	require.Nil(t, other.Subtype("java.lang.String"))
	require.Same(t, &other, other.Concrete())
}

func TestErrorCodeJSON(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"known members": `{"code":"SYS.1000","description":"it broke","details":"a cable","elaboration":"plug it in","location":"A.java:1","cost":"2ms",` +
			`"opaque":{"n":1},"cause":{"code":"SYS.1001"},"causes":[{"code":"SYS.1002"}],"messages":{"message_en":"a cable","distance":0.5},` +
			`"globalErrorCode":"ORG_A_1","i18nDetails":"ein Kabel"}`,
		"unknown members":          `{"code":"SYS.1000","severity":{"level":3},"hints":["a","b"],"retry":true}`,
		"members of another shape": `{"code":"SYS.1000","elaboration":{"hint":"x"},"opaque":"none","cause":"a cable","causes":7,"messages":["x"]}`,
		"inside a cause":           `{"code":"SYS.1000","cause":{"code":"SYS.1001","severity":1},"causes":[{"code":"SYS.1002","details":["x"]}]}`,
		"nothing":                  `{}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var code types.ErrorCode
			require.NoError(t, json.Unmarshal([]byte(text), &code))
			for _, v := range []any{code, &code} {
				back, err := json.Marshal(v)
				require.NoError(t, err)
				require.JSONEq(t, text, string(back))
			}
		})
	}
}

// Whatever one member of an error looks like, the others are there.
func TestErrorCodeWithAnOddMember(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"code", "description", "details", "elaboration", "location", "cost", "opaque", "cause", "causes", "messages",
		"globalErrorCode", "i18nDetails", "severity",
	} {
		for _, value := range []string{`null`, `true`, `17`, `"text"`, `""`, `[]`, `["text",{"code":5}]`, `{}`, `{"a":{"b":[1]}}`, `[[{"code":"X.1"}]]`} {
			t.Run(name+" "+value, func(t *testing.T) {
				t.Parallel()
				var code types.ErrorCode
				require.NoError(t, json.Unmarshal([]byte(`{"first":1,"`+name+`":`+value+`,"cause":{"code":"SYS.1003"},"code":"ID.1001"}`), &code))
				require.Equal(t, types.IDInvalidSession, code.Code)
				require.ErrorIs(t, &code, types.SysResourceNotFound)
				require.Equal(t, float64(1), code.Others["first"])
			})
		}
	}
}

func TestErrorCodeTakesWhatFits(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text string
		want types.ErrorCode
	}{
		"number for a code":      {`{"code":1003}`, types.ErrorCode{Code: "1003"}},
		"number for a string":    {`{"cost":12.5}`, types.ErrorCode{Cost: "12.5"}},
		"boolean for a string":   {`{"details":true}`, types.ErrorCode{Details: "true"}},
		"object for a string":    {`{"details":{"a":1}}`, types.ErrorCode{Others: map[string]any{"details": map[string]any{"a": float64(1)}}}},
		"list for a code":        {`{"code":["A.1"]}`, types.ErrorCode{Others: map[string]any{"code": []any{"A.1"}}}},
		"escapes":                {`{"\u0063ode":"A\u002e1","details":"it\u0027s"}`, types.ErrorCode{Code: "A.1", Details: "it's"}},
		"null":                   {`{"code":null,"opaque":null,"cause":null,"causes":null,"x":null}`, types.ErrorCode{Others: map[string]any{"x": nil}}},
		"list for a cause":       {`{"cause":[{"code":"A.1"}]}`, types.ErrorCode{Causes: []types.ErrorCode{{Code: "A.1"}}}},
		"object for causes":      {`{"causes":{"code":"A.1"}}`, types.ErrorCode{Causes: []types.ErrorCode{{Code: "A.1"}}}},
		"no causes":              {`{"causes":[]}`, types.ErrorCode{}},
		"odd elements of causes": {`{"causes":["x",{"code":"A.1"},null,3]}`, types.ErrorCode{Causes: []types.ErrorCode{{Code: "A.1"}}, Others: map[string]any{"causes": []any{"x", float64(3)}}}},
		"large number":           {`{"opaque":{"n":9007199254740993}}`, types.ErrorCode{Opaque: map[string]any{"n": int64(9007199254740993)}}},
		"a name twice":           {`{"code":"A.1","code":"B.1"}`, types.ErrorCode{Code: "B.1"}},
		"invalid UTF-8":          {"{\"details\":\"a\xffb\"}", types.ErrorCode{Details: "a\uFFFDb"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var code types.ErrorCode
			require.NoError(t, code.UnmarshalJSON([]byte(tt.text)))
			require.Equal(t, tt.want, code)
		})
	}
}

func TestErrorCodeRefusesWhatIsNoObject(t *testing.T) {
	t.Parallel()
	for text, reason := range map[string]string{
		`"busy"`: "got a string, want an error", `[]`: "got a list, want an error", `3`: "got a number, want an error", `true`: "got a boolean, want an error",
		``: "unexpected EOF", `{`: "unexpected EOF", `{"code":}`: "not JSON", `{} {}`: "data after the JSON value", ` `: "unexpected EOF",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, new(types.ErrorCode).UnmarshalJSON([]byte(text)), reason)
		})
	}
	require.NoError(t, new(types.ErrorCode).UnmarshalJSON([]byte(" null ")))
}

func TestErrorCodeIsReadToADepth(t *testing.T) {
	t.Parallel()
	for name, parts := range map[string][2]string{"cause": {`{"cause":`, `}`}, "causes": {`{"causes":[`, `]}`}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var code types.ErrorCode
			require.NoError(t, json.Unmarshal([]byte(strings.Repeat(parts[0], 3000)+`{"code":"A.1"}`+strings.Repeat(parts[1], 3000)), &code))
			depth := 0
			for next := &code; next != nil; depth++ {
				if len(next.Causes) > 0 {
					next = &next.Causes[0]
				} else {
					next = next.Cause
				}
			}
			require.Less(t, depth, 200)
			require.Greater(t, depth, 50)
		})
	}
}

// The subtypes read and write themselves as their parent does, which is right as
// long as they add nothing to it.
func TestSubtypesOfErrorCodeAddNothing(t *testing.T) {
	t.Parallel()
	for _, class := range []string{
		"org.zstack.header.aliyun.AliyunOssException", "org.zstack.header.aliyun.errorCode.AliyunErrorCode", "org.zstack.header.baremetal.BaremetalException",
	} {
		t.Run(class, func(t *testing.T) {
			t.Parallel()
			subtype := new(types.ErrorCode).Subtype(class)
			require.Equal(t, 1, reflect.TypeOf(subtype).Elem().NumField())
			text := `{"code":"A.1","details":{"odd":1},"unknown":"x"}`
			require.NoError(t, json.Unmarshal([]byte(text), subtype))
			back, err := json.Marshal(subtype)
			require.NoError(t, err)
			require.JSONEq(t, text, string(back))
		})
	}
}

func TestErrorCodeShowsWhatTellsMost(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, want string }{
		"details in Chinese, English beside":  {`{"code":"SYS.1006","details":"磁盘不足","i18nDetails":"not enough disk","globalErrorCode":"ORG_ZSTACK_A_10001"}`, "SYS.1006: 磁盘不足 (not enough disk)"},
		"details in Chinese, English message": {`{"code":"ID.1000","description":"Unable","details":"错误的密码","messages":{"message_cn":"错误","message_en":"Wrong password.","distance":0.0}}`, "ID.1000, Unable: 错误的密码 (Wrong password.)"},
		"details in English":                  {`{"code":"A.1","details":"no disk","i18nDetails":"磁盘不足","messages":{"message_en":"Not enough disk."}}`, "A.1: no disk"},
		"English details with a name in them": {`{"code":"A.1","details":"no VM 测试","i18nDetails":"没有虚拟机 测试"}`, "A.1: no VM 测试"},
		"Chinese details with a name in them": {`{"code":"A.1","details":"没有虚拟机 测试","i18nDetails":"no VM 测试"}`, "A.1: 没有虚拟机 测试 (no VM 测试)"},
		"no details, English beside":          {`{"code":"A.1","i18nDetails":"not enough disk"}`, "A.1: not enough disk"},
		"no details, messages":                {`{"code":"A.1","messages":{"message_cn":"错误","message_en":"Wrong."}}`, "A.1: Wrong."},
		"no details, a Chinese message":       {`{"code":"A.1","messages":{"message_cn":"错误"}}`, "A.1: 错误"},
		"English beside by language":          {`{"code":"A.1","details":"磁盘不足","i18nDetails":{"zh_CN":"磁盘不足","en_US":"not enough disk"}}`, "A.1: 磁盘不足 (not enough disk)"},
		"Cyrillic":                            {`{"code":"A.1","details":"мало места","i18nDetails":"not enough disk"}`, "A.1: мало места (not enough disk)"},
		"what an agent said":                  {`{"code":"HOST.1005","details":"failed to start","opaque":{"response.error":"on purpose: can't"}}`, "HOST.1005: failed to start; the agent said: on purpose: can't"},
		"what an agent said, already there":   {`{"code":"HOST.1005","details":"failed: no disk","opaque":{"response.error":"no disk"}}`, "HOST.1005: failed: no disk"},
		"what an agent said, as an object":    {`{"code":"HOST.1005","opaque":{"response.error":{"rc":1}}}`, `HOST.1005; the agent said: {"rc":1}`},
		"what an agent said, of a cause":      {`{"code":"A.1","cause":{"code":"B.1","opaque":{"response.error":"x"}}}`, "A.1; caused by B.1; the agent said: x"},
		"odd details":                         {`{"code":"A.1","details":{"why":["x"]}}`, `A.1: {"why":["x"]}`},
		"a string for a cause":                {`{"code":"A.1","cause":"a cable"}`, "A.1; caused by a cable"},
		"strings for causes":                  {`{"code":"A.1","causes":["a cable",{"code":"B.1"}]}`, `A.1; caused by B.1; and by ["a cable"]`},
		"no code":                             {`{"causes":[],"location":"A.java:1"}`, "an error without a code, from A.java:1"},
		"no code, a place in opaque":          {`{"opaque":{"error.location":"A.java:1"}}`, "an error without a code, from A.java:1"},
		"no code, a cause":                    {`{"cause":{"code":"B.1"}}`, "an error without a code; caused by B.1"},
		"only a global code":                  {`{"globalErrorCode":"ORG_1"}`, "ORG_1"},
		"unknown members":                     {`{"hint":"x"}`, "an error without a code"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var code types.ErrorCode
			require.NoError(t, json.Unmarshal([]byte(tt.text), &code))
			require.EqualError(t, &code, tt.want)
		})
	}
}
