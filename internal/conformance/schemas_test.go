package conformance

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/zstack"
)

// schemas are those of all actions by name, each checked against the rules of its dialect.
func schemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	all := make(map[string]*jsonschema.Schema)
	for e := range registry.All() {
		c := jsonschema.NewCompiler()
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(e.JSONSchema())))
		require.NoError(t, err, e.Name())
		require.NoError(t, c.AddResource(e.Name(), doc))
		all[e.Name()], err = c.Compile(e.Name())
		require.NoError(t, err, e.Name())
		require.Equal(t, 2020, all[e.Name()].DraftVersion)
	}
	return all
}

// value makes of parameters what the validator reads.
func value(t *testing.T, params map[string]any) any {
	t.Helper()
	text, err := json.Marshal(params)
	require.NoError(t, err)
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	require.NoError(t, err)
	return v
}

// TestSchemasAcceptWhatTheClientDoes gives every action all of its parameters, then one
// more that it does not have, and all but one.
func TestSchemasAcceptWhatTheClientDoes(t *testing.T) {
	t.Parallel()
	api, all := loadAPI(t), schemas(t)
	required := 0
	for _, action := range api.Actions {
		a, schema := filled(t, api, action), all[action.Name]
		params := api.params(action.Name)
		for _, p := range action.Params {
			if p.Regex != "" {
				params[p.Name] = fitting(t, action.Name, p.Name, params)
			}
		}
		for _, p := range action.Params {
			if text, isString := params[p.Name].(string); isString && strings.HasPrefix(p.Type, "int") {
				params[p.Name] = json.Number(text)
			}
		}
		maps.Copy(params, handMade[action.Name])
		require.NoError(t, zstack.Validate(a))
		require.NoError(t, schema.Validate(value(t, params)), action.Name)

		params["noSuchParameter"] = 1
		require.Error(t, schema.Validate(value(t, params)), action.Name)
		delete(params, "noSuchParameter")
		for _, p := range action.Params {
			without := maps.Clone(params)
			delete(without, p.Name)
			text, err := json.Marshal(without)
			require.NoError(t, err)
			e, _ := registry.Lookup(action.Name)
			fresh := e.New()
			require.NoError(t, json.Unmarshal(text, fresh))
			refused := zstack.Validate(fresh) != nil || strings.Contains(action.Path, "{"+p.Name+"}") && !action.Query
			require.Equal(t, refused, schema.Validate(value(t, without)) != nil, "%s without %s", action.Name, p.Name)
			if refused {
				required++
			}
		}
	}
	require.Greater(t, required, 2500)
}

// TestSchemasJudgeAsTheReference has the schemas judge the values that the reference was
// given.
func TestSchemasJudgeAsTheReference(t *testing.T) {
	t.Parallel()
	api, all := loadAPI(t), schemas(t)
	full := map[string]map[string]any{}
	for _, row := range readRows[recorded](t, "full.jsonl") {
		for _, p := range api.actions[row.Action].Params {
			if v, ok := row.Params[p.Name]; ok && !api.fits(p.Type, v) {
				row.Params[p.Name] = api.sample(p.Type, 2)
			}
		}
		full[row.Action] = row.Params
	}
	refused := 0
	for _, row := range readRows[judged](t, "validation.jsonl") {
		params := maps.Clone(full[row.Action])
		if params == nil {
			params = api.params(row.Action)
		}
		for _, credential := range []string{"sessionId", "accessKeyId", "accessKeySecret", "requestIp"} {
			delete(params, credential)
		}
		params[row.Param] = row.Value
		if row.Value == nil {
			delete(params, row.Param)
		}
		accepted := row.Accepted
		if instead, deviates := deviation(api, row); deviates {
			accepted = instead
		}
		err := all[row.Action].Validate(value(t, params))
		require.Equal(t, accepted, err == nil, "%s.%s (%s) %v: %v", row.Action, row.Param, row.Constraint, row.Value, err)
		if !accepted {
			refused++
		}
	}
	require.Greater(t, refused, 800)
}
