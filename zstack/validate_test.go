package zstack_test

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// limited has a parameter for each constraint.
type limited struct {
	Name    string   `json:"name" zstack:"required"`
	Short   *string  `json:"short,omitzero" zstack:"min=2,max=4"`
	Choice  *string  `json:"choice,omitzero" values:"KVM|Simulator"`
	Choices []string `json:"choices,omitzero" values:"a|b"`
	Regex   *string  `json:"regex,omitzero" regex:"^[0-9]+$"`
	Range   *int64   `json:"range,omitzero" zstack:"range=1:10,unit=bytes"`
	Least   *int64   `json:"least,omitzero" zstack:"range=1:9223372036854775807"`
	CloudRx *string  `json:"cloudRx,omitzero" zstack:"regexon=cloud" regex:"^[a-z]+$"`
	Ports   []int32  `json:"ports,omitzero" zstack:"range=1:65535"`
	NonNil  []string `json:"nonNil,omitzero" zstack:"nonempty,noempty,nonulls"`
	NoEmpty *string  `json:"noEmpty,omitzero" zstack:"noempty"`
	Any     []any    `json:"any,omitzero"`
	Level   *int32   `json:"level,omitzero" values:"1|2"`
	Secret  *string  `json:"secret,omitzero" zstack:"sensitive,max=4" regex:"^[a-z]+$"`
	OnCloud *string  `json:"onCloud,omitzero" zstack:"requiredon=cloud"`
	OnZ     *string  `json:"onZ,omitzero" zstack:"required,on=zsphere"`
	DefZ    *string  `json:"defZ,omitzero" zstack:"on=zsphere" default:"z"`
}

var limitedInfo = zstack.ActionInfo{
	Name: "LimitedAction", Method: "POST", Path: "/limited", Body: "params", Session: true,
	ZSphere: &zstack.Variant{Method: "PUT", Path: "/zsphere/limited", Body: "limited"},
	ZSvirt:  &zstack.Variant{Method: "POST", Path: "/zsvirt/limited", Body: "params"},
}

func (limited) ActionInfo() *zstack.ActionInfo { return &limitedInfo }

func TestConstraints(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change            func(*limited)
		field, constraint string // empty where nothing is wrong
	}{
		"all well":               {func(*limited) {}, "", ""},
		"required":               {func(a *limited) { a.Name = "" }, "name", zstack.ConstraintRequired},
		"shortest":               {func(a *limited) { a.Short = new("ab") }, "", ""},
		"too short":              {func(a *limited) { a.Short = new("a") }, "short", zstack.ConstraintMinLength},
		"empty is too short":     {func(a *limited) { a.Short = new("") }, "short", zstack.ConstraintMinLength},
		"longest":                {func(a *limited) { a.Short = new("abcd") }, "", ""},
		"too long":               {func(a *limited) { a.Short = new("abcde") }, "short", zstack.ConstraintMaxLength},
		"trimmed before":         {func(a *limited) { a.Short = new("  abcd  ") }, "", ""},
		"bytes do not count":     {func(a *limited) { a.Short = new("中中中中") }, "", ""},
		"UTF-16 counts":          {func(a *limited) { a.Short = new("😀😀a") }, "short", zstack.ConstraintMaxLength},
		"UTF-16 fits":            {func(a *limited) { a.Short = new("😀😀") }, "", ""},
		"a value":                {func(a *limited) { a.Choice = new("KVM") }, "", ""},
		"a value in other case":  {func(a *limited) { a.Choice = new("kvm") }, "", ""},
		"no value":               {func(a *limited) { a.Choice = new("Xen") }, "choice", zstack.ConstraintValues},
		"an empty value":         {func(a *limited) { a.Choice = new("") }, "choice", zstack.ConstraintValues},
		"values of a list":       {func(a *limited) { a.Choices = []string{"a", "c"} }, "choices", zstack.ConstraintValues},
		"values of a number":     {func(a *limited) { a.Level = new(int32(3)) }, "level", zstack.ConstraintValues},
		"a number of the values": {func(a *limited) { a.Level = new(int32(2)) }, "", ""},
		"regex":                  {func(a *limited) { a.Regex = new("12x") }, "regex", zstack.ConstraintRegex},
		"regex fits":             {func(a *limited) { a.Regex = new("123") }, "", ""},
		"regex of the product":   {func(a *limited) { a.CloudRx = new("A") }, "cloudRx", zstack.ConstraintRegex},
		"below the range":        {func(a *limited) { a.Range = new(int64(0)) }, "range", zstack.ConstraintRange},
		"above the range":        {func(a *limited) { a.Range = new(int64(11)) }, "range", zstack.ConstraintRange},
		"lowest":                 {func(a *limited) { a.Range = new(int64(1)) }, "", ""},
		"highest":                {func(a *limited) { a.Range = new(int64(10)) }, "", ""},
		"below a floor":          {func(a *limited) { a.Least = new(int64(-1)) }, "least", zstack.ConstraintRange},
		"largest there is":       {func(a *limited) { a.Least = new(int64(math.MaxInt64)) }, "", ""},
		"range of a list":        {func(a *limited) { a.Ports = []int32{80, 0} }, "ports", zstack.ConstraintRange},
		"nonEmpty":               {func(a *limited) { a.NonNil = []string{} }, "nonNil", zstack.ConstraintNonEmpty},
		"empty text in a list":   {func(a *limited) { a.NonNil = []string{"a", ""} }, "nonNil", zstack.ConstraintNoEmptyString},
		"empty text":             {func(a *limited) { a.NoEmpty = new("") }, "noEmpty", zstack.ConstraintNoEmptyString},
		"blank text":             {func(a *limited) { a.NoEmpty = new("  ") }, "noEmpty", zstack.ConstraintNoEmptyString},
		"null in a list":         {func(a *limited) { a.Any = []any{1, nil} }, "any", zstack.ConstraintNoNullElements},
		"requiredon":             {func(a *limited) { a.OnCloud = nil }, "onCloud", zstack.ConstraintRequired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			action := limited{Name: "n", OnCloud: new("c")}
			test.change(&action)
			rec := record(always(200, "{}"))
			err := clientOf(t, rec).Call(t.Context(), action, nil)
			if test.field == "" {
				require.NoError(t, err)
				require.NoError(t, zstack.Validate(action))
				return
			}
			requireRefused(t, err, test.field, test.constraint)
			requireRefused(t, zstack.Validate(action), test.field, test.constraint)
			require.Empty(t, rec.requests())
			require.True(t, strings.HasPrefix(err.Error(), "zstack: LimitedAction: "+test.field+" "), err)
		})
	}
}

func TestReasonsNameTheLimits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action limited
		want   string
	}{
		"range":  {limited{Range: new(int64(11))}, "is not between 1 and 10 bytes"},
		"floor":  {limited{Least: new(int64(0))}, "is less than 1"},
		"length": {limited{Short: new("abcde")}, "is 5 characters long, and at most 4 are allowed"},
		"values": {limited{Choice: new("x")}, "is not one of KVM, Simulator"},
		"list":   {limited{Choices: []string{"a", "x"}}, "element 1 is not one of a, b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.action.Name, test.action.OnCloud = "n", new("c")
			require.ErrorContains(t, zstack.Validate(test.action), test.want)
		})
	}
}

func TestRefusedValuesAreNotQuoted(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"hunter2", "h4ckme"} {
		err := zstack.Validate(limited{Name: "n", OnCloud: new("c"), Secret: &value})
		require.Error(t, err)
		require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), value)
	}
}

func TestProductsDifferInWhatTheyRequire(t *testing.T) {
	t.Parallel()
	zsphere := clientOf(t, always(200, "{}"), zstack.WithProduct(zstack.ZSphere))
	cloud := clientOf(t, always(200, "{}"))
	for name, test := range map[string]struct {
		client *zstack.Client
		action limited
		field  string
	}{
		"cloud":                   {cloud, limited{Name: "n", OnCloud: new("c")}, ""},
		"cloud without its own":   {cloud, limited{Name: "n", OnZ: new("z")}, "onCloud"},
		"zsphere":                 {zsphere, limited{Name: "n", OnZ: new("z")}, ""},
		"zsphere without its own": {zsphere, limited{Name: "n", OnCloud: new("c")}, "onZ"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.client.Validate(test.action)
			if test.field == "" {
				require.NoError(t, err)
				return
			}
			requireRefused(t, err, test.field, zstack.ConstraintRequired)
		})
	}
}

func TestProductsDifferInTheRequest(t *testing.T) {
	t.Parallel()
	for product, want := range map[zstack.Product][3]string{
		zstack.Cloud:   {http.MethodPost, "/zstack/v1/limited", `{"params":{"name":"n","onCloud":"c","onZ":"z"}}`},
		zstack.ZSphere: {http.MethodPut, "/zstack/v1/zsphere/limited", `{"limited":{"name":"n","onCloud":"c","onZ":"z","defZ":"z"}}`},
		zstack.ZSvirt:  {http.MethodPost, "/zstack/v1/zsvirt/limited", `{"params":{"name":"n","onCloud":"c","onZ":"z","defZ":"z"}}`},
	} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			c := clientOf(t, rec, zstack.WithProduct(product))
			require.NoError(t, c.Call(t.Context(), limited{Name: "n", OnCloud: new("c"), OnZ: new("z")}, nil))
			r := rec.only(t)
			require.Equal(t, want, [3]string{r.Method, r.URL.Path, r.text})
		})
	}
}

func TestValidateAllowsWhatOnlyThePathForbids(t *testing.T) {
	t.Parallel()
	// The catalogue says nothing against a slash; a call does.
	require.NoError(t, zstack.Validate(recoverVM{UUID: "a/b"}))
	requireRefused(t, clientOf(t, always(200, "{}")).Call(t.Context(), recoverVM{UUID: "a/b"}, nil), "uuid", zstack.ConstraintPath)
}
