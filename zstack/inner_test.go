package zstack_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// crate is a parameter's struct with a constraint of each kind.
type crate struct {
	Label    *string  `json:"label,omitzero" zstack:"required" values:"red|blue"`
	Weight   *int64   `json:"weight,omitzero" zstack:"range=1:9"`
	Volume   *string  `json:"volume,omitzero" zstack:"oneof"`
	Image    *string  `json:"image,omitzero" zstack:"oneof"`
	Empty    bool     `json:"empty" zstack:"oneofunless"`
	Pin      *string  `json:"pin,omitzero" zstack:"sensitive"`
	Handle   *handle  `json:"handle,omitzero"`
	Stickers []string `json:"stickers,omitzero"`
}

type handle struct {
	Side *string `json:"side,omitzero" zstack:"required"`
}

type loadCrates struct {
	One     *crate              `json:"one,omitzero"`
	Many    []crate             `json:"many,omitzero"`
	Named   map[string]crate    `json:"named,omitzero"`
	Entry   map[string]string   `json:"entry,omitzero" keys:"uuid,required;weight,range=0:100"`
	Entries []map[string]string `json:"entries,omitzero" keys:"uuid,required;weight,range=0:100"`
}

var loadCratesInfo = zstack.ActionInfo{Name: "LoadCratesAction", Method: "POST", Path: "/crates", Body: "params"}

func (loadCrates) ActionInfo() *zstack.ActionInfo { return &loadCratesInfo }

func TestStructsInParametersAreChecked(t *testing.T) {
	t.Parallel()
	good := crate{Label: new("red"), Volume: new("v")}
	with := func(change func(*crate)) crate {
		c := good
		change(&c)
		return c
	}
	for name, test := range map[string]struct {
		action                    loadCrates
		field, constraint, reason string // empty where nothing is wrong
	}{
		"all well":         {loadCrates{One: &good, Many: []crate{good, good}, Named: map[string]crate{"a": good}}, "", "", ""},
		"nothing there":    {loadCrates{}, "", "", ""},
		"required":         {loadCrates{One: &crate{Volume: new("v")}}, "one", zstack.ConstraintRequired, "label is required and not set"},
		"in a list":        {loadCrates{Many: []crate{good, {Volume: new("v")}}}, "many", zstack.ConstraintRequired, "element 1: label is required and not set"},
		"in a map":         {loadCrates{Named: map[string]crate{"b": {Volume: new("v")}, "a": good}}, "named", zstack.ConstraintRequired, `key "b": label is required and not set`},
		"values":           {loadCrates{One: new(with(func(c *crate) { c.Label = new("green") }))}, "one", zstack.ConstraintValues, "label is not one of red, blue"},
		"white space":      {loadCrates{One: new(with(func(c *crate) { c.Label = new(" red ") }))}, "one", zstack.ConstraintValues, "label is not one of red, blue"},
		"values in a case": {loadCrates{One: new(with(func(c *crate) { c.Label = new("RED") }))}, "", "", ""},
		"range":            {loadCrates{One: new(with(func(c *crate) { c.Weight = new(int64(10)) }))}, "one", zstack.ConstraintRange, "weight is not between 1 and 9"},
		"none of them":     {loadCrates{One: new(with(func(c *crate) { c.Volume = nil }))}, "one", zstack.ConstraintRequired, "exactly one of volume, image has to be set, and none is"},
		"two of them":      {loadCrates{One: new(with(func(c *crate) { c.Image = new("i") }))}, "one", zstack.ConstraintConflict, "exactly one of volume, image has to be set, not volume and image"},
		"the exception":    {loadCrates{One: new(with(func(c *crate) { c.Volume, c.Empty = nil, true }))}, "", "", ""},
		"a struct inside":  {loadCrates{One: new(with(func(c *crate) { c.Handle = new(handle) }))}, "one", zstack.ConstraintRequired, "handle side is required and not set"},
		"invalid UTF-8":    {loadCrates{One: new(with(func(c *crate) { c.Label = new("\xff") }))}, "one", zstack.ConstraintType, "label is not valid UTF-8"},

		"keys":                 {loadCrates{Entry: map[string]string{"uuid": "u", "weight": "100", "more": "m"}}, "", "", ""},
		"required key":         {loadCrates{Entry: map[string]string{"weight": "1"}}, "entry", zstack.ConstraintRequired, `key "uuid" is required and not set`},
		"range of a key":       {loadCrates{Entries: []map[string]string{{"uuid": "u"}, {"uuid": "u", "weight": "101"}}}, "entries", zstack.ConstraintRange, `element 1: key "weight" is not between 0 and 100`},
		"no integer in a key":  {loadCrates{Entries: []map[string]string{{"uuid": "u", "weight": "half"}}}, "entries", zstack.ConstraintRange, `element 0: key "weight" is not an integer between 0 and 100`},
		"a list without a map": {loadCrates{Entries: []map[string]string{nil}}, "entries", zstack.ConstraintNoNullElements, "element 0 is null"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			err := clientOf(t, rec).Call(t.Context(), test.action, nil)
			if test.field == "" {
				require.NoError(t, err)
				return
			}
			requireRefused(t, err, test.field, test.constraint)
			require.EqualError(t, err, "zstack: LoadCratesAction: "+test.field+" "+test.reason)
			require.Empty(t, rec.requests())
		})
	}
}

// shelf and its kin are names for strings, and types inside themselves.
type (
	shelf  string
	nested []nested
	twigs  map[string]twigs
)

type loadShelves struct {
	Named  map[shelf]string   `json:"named,omitzero" keys:"uuid,required;weight,range=0:100"`
	Any    map[string]any     `json:"any,omitzero" keys:"uuid,required;weight,range=0:100"`
	Counts []map[string]int64 `json:"counts,omitzero" keys:"weight,required,range=0:100"`
	Nested nested             `json:"nested,omitzero"`
	Twigs  twigs              `json:"twigs,omitzero"`
}

func (loadShelves) ActionInfo() *zstack.ActionInfo { return &loadCratesInfo }

func TestKeysOfMapsOfEveryKindAreChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action                    loadShelves
		field, constraint, reason string // empty where nothing is wrong
	}{
		"named strings":            {loadShelves{Named: map[shelf]string{"uuid": "u", "weight": "100"}}, "", "", ""},
		"named strings, required":  {loadShelves{Named: map[shelf]string{"weight": "1"}}, "named", zstack.ConstraintRequired, `key "uuid" is required and not set`},
		"any":                      {loadShelves{Any: map[string]any{"uuid": "u", "weight": 100}}, "", "", ""},
		"any, a string":            {loadShelves{Any: map[string]any{"uuid": "u", "weight": "101"}}, "any", zstack.ConstraintRange, `key "weight" is not between 0 and 100`},
		"any, a whole number":      {loadShelves{Any: map[string]any{"uuid": "u", "weight": 101}}, "any", zstack.ConstraintRange, `key "weight" is not between 0 and 100`},
		"any, a whole fraction":    {loadShelves{Any: map[string]any{"uuid": "u", "weight": 100.0}}, "", "", ""},
		"any, a fraction":          {loadShelves{Any: map[string]any{"uuid": "u", "weight": 0.5}}, "any", zstack.ConstraintRange, `key "weight" is not an integer between 0 and 100`},
		"any, a large fraction":    {loadShelves{Any: map[string]any{"uuid": "u", "weight": 1e300}}, "any", zstack.ConstraintRange, `key "weight" is not an integer between 0 and 100`},
		"any, an unsigned number":  {loadShelves{Any: map[string]any{"uuid": "u", "weight": uint64(1 << 63)}}, "any", zstack.ConstraintRange, `key "weight" is not an integer between 0 and 100`},
		"any, another kind":        {loadShelves{Any: map[string]any{"uuid": "u", "weight": true}}, "any", zstack.ConstraintRange, `key "weight" is not an integer between 0 and 100`},
		"any, nothing":             {loadShelves{Any: map[string]any{"uuid": nil}}, "any", zstack.ConstraintRequired, `key "uuid" is required and not set`},
		"any, nothing and no need": {loadShelves{Any: map[string]any{"uuid": "u", "weight": nil}}, "", "", ""},
		"numbers":                  {loadShelves{Counts: []map[string]int64{{"weight": 101}}}, "counts", zstack.ConstraintRange, `element 0: key "weight" is not between 0 and 100`},
		"lists in themselves":      {loadShelves{Nested: nested{{}}}, "", "", ""},
		"maps in themselves":       {loadShelves{Twigs: twigs{"a": {}}}, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := zstack.Validate(test.action)
			if test.field == "" {
				require.NoError(t, err)
				return
			}
			requireRefused(t, err, test.field, test.constraint)
			require.EqualError(t, err, "zstack: LoadCratesAction: "+test.field+" "+test.reason)
		})
	}
}

func TestSecretsInStructsAreMasked(t *testing.T) {
	t.Parallel()
	rec := record(always(503, `{"error":{"code":"SYS.1000","details":"pin 73510 is wrong, and so is 73511"}}`))
	action := loadCrates{Many: []crate{
		{Label: new("red"), Volume: new("v"), Pin: new("73510")},
		{Label: new("red"), Volume: new("v"), Pin: new("73511")},
	}}
	err := clientOf(t, rec).Call(t.Context(), action, nil)
	require.ErrorContains(t, err, "pin *** is wrong, and so is ***")
}

func TestSecretsInSystemTagsAreMasked(t *testing.T) {
	t.Parallel()
	rec := record(always(503, `{"error":{"code":"SYS.1000","details":"consolePassword::73510 is too short on web"}}`))
	action := sealed{UUID: "u", Name: "n", SystemTags: []string{"hostname::web", "consolePassword::73510"}}
	require.ErrorContains(t, clientOf(t, rec).Call(t.Context(), action, nil), "consolePassword::*** is too short on web")
}

func TestConstraintsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]zstack.Action{
		"range of a float": rangeOfFloat{},
		"keys of numbers":  keysOfNumbers{},
		"keys of a list":   keysOfList{},
		"option of a key":  optionOfKey{},
		"option inside":    optionInside{},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, zstack.Validate(a), "", zstack.ConstraintType)
		})
	}
}

type rangeOfFloat struct {
	Ratio *float64 `json:"ratio,omitzero" zstack:"range=0:1"`
}

func (rangeOfFloat) ActionInfo() *zstack.ActionInfo { return &loadCratesInfo }

type keysOfNumbers struct {
	Entry map[int]string `json:"entry,omitzero" keys:"uuid,required"`
}

func (keysOfNumbers) ActionInfo() *zstack.ActionInfo { return &loadCratesInfo }

type keysOfList struct {
	Entry []string `json:"entry,omitzero" keys:"uuid,required"`
}

func (keysOfList) ActionInfo() *zstack.ActionInfo { return &loadCratesInfo }

type optionOfKey struct {
	Entry map[string]string `json:"entry,omitzero" keys:"uuid,needed"`
}

func (optionOfKey) ActionInfo() *zstack.ActionInfo { return &loadCratesInfo }

type optionInside struct {
	Handle *struct {
		Side *string `json:"side" zstack:"needed"`
	} `json:"handle,omitzero"`
}

func (optionInside) ActionInfo() *zstack.ActionInfo { return &loadCratesInfo }

// sealed is an action of which one parameter is required and another part of the path.
type sealed struct {
	UUID       string   `json:"uuid" zstack:"required"`
	Name       string   `json:"name" zstack:"required,max=3"`
	SystemTags []string `json:"systemTags,omitzero"`
}

var sealedInfo = zstack.ActionInfo{Name: "SealedAction", Method: "PUT", Path: "/sealed/{uuid}/actions", Body: "sealed"}

func (sealed) ActionInfo() *zstack.ActionInfo { return &sealedInfo }

func TestEncryptedParametersNeedNotBeSet(t *testing.T) {
	t.Parallel()
	tags := []string{"a::b", "encryptionParam::c0ffee"}
	for name, test := range map[string]struct {
		action            sealed
		field, constraint string
	}{
		"absent":          {sealed{UUID: "u", SystemTags: tags}, "", ""},
		"absent, no tag":  {sealed{UUID: "u", SystemTags: tags[:1]}, "name", zstack.ConstraintRequired},
		"too long anyway": {sealed{UUID: "u", Name: "long", SystemTags: tags}, "name", zstack.ConstraintMaxLength},
		"in the path":     {sealed{SystemTags: tags}, "uuid", zstack.ConstraintRequired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			err := clientOf(t, rec).Call(t.Context(), test.action, nil)
			if test.field == "" {
				require.NoError(t, err)
				require.JSONEq(t, `{"sealed":{},"systemTags":["a::b","encryptionParam::c0ffee"]}`, rec.requests()[0].text)
				return
			}
			requireRefused(t, err, test.field, test.constraint)
		})
	}
}

func TestStructsInParametersFromJSON(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text, constraint string
		body             string // where it is taken
	}{
		"null unsets":       {`{"one":{"label":"red","volume":"v","weight":null,"handle":null}}`, "", `{"one":{"label":"red","volume":"v","empty":false}}`},
		"null in a list":    {`{"one":{"label":"red","stickers":["a",null]}}`, zstack.ConstraintNoNullElements, ""},
		"null in two lists": {`{"one":{"label":"red"},"many":[{"stickers":["a"]},{"stickers":[null]}]}`, zstack.ConstraintNoNullElements, ""},
		"unknown member":    {`{"one":{"label":"red","colour":"blue"}}`, zstack.ConstraintType, ""},
		"unknown and null":  {`{"one":{"label":"red","volume":"v","colour":null}}`, "", `{"one":{"label":"red","volume":"v","empty":false}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var a loadCrates
			err := zstack.UnmarshalAction([]byte(test.text), &a, nil)
			if test.constraint == "" {
				require.NoError(t, err)
				require.JSONEq(t, `{"params":`+test.body+`}`, sentBy(t, a).text)
				return
			}
			var refused *zstack.ValidationError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, test.constraint, refused.Constraint, err.Error())
		})
	}
}
