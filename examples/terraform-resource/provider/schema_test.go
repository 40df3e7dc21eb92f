package provider_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/terraform-resource/internal/core"
)

func TestSchemas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type traits struct{ required, optional, computed, sensitive bool }
	for resource, want := range map[string]map[string]traits{
		"": {
			"endpoint": {optional: true}, "account": {optional: true}, "access_key_id": {optional: true},
			"password":          {optional: true, sensitive: true},
			"access_key_secret": {optional: true, sensitive: true},
			"session_id":        {optional: true, sensitive: true},
		},
		vmType: {
			"uuid": {computed: true}, "ips": {computed: true},
			"name": {required: true}, "image_uuid": {required: true}, "instance_offering_uuid": {required: true},
			"l3_network_uuids": {required: true},
			"description":      {optional: true}, "timeouts": {optional: true},
			"state": {optional: true, computed: true},
		},
	} {
		schema, err := w.Schema(resource)
		require.NoError(t, err)
		got := make(map[string]traits)
		for _, a := range schema.Block.Attributes {
			got[a.Name] = traits{a.Required, a.Optional, a.Computed, a.Sensitive}
			if a.NestedType == nil {
				require.NotEmpty(t, a.Description, a.Name)
			}
		}
		require.Equal(t, want, got)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, test := range map[string]struct {
		changes   core.Config
		attribute string // that is wrong; empty for none
	}{
		"all is well":             {nil, ""},
		"the longest name":        {core.Config{"name": strings.Repeat("n", 255)}, ""},
		"a name too long":         {core.Config{"name": strings.Repeat("n", 256)}, "name"},
		"no name":                 {core.Config{"name": ""}, "name"},
		"a name with a space":     {core.Config{"name": "web "}, "name"},
		"a description too long":  {core.Config{"description": strings.Repeat("d", 2049)}, "description"},
		"a line break at the end": {core.Config{"description": "text\n"}, "description"},
		"no image":                {core.Config{"image_uuid": ""}, "image_uuid"},
		"no networks":             {core.Config{"l3_network_uuids": []string{}}, "l3_network_uuids"},
		"another state":           {core.Config{"state": "paused"}, "state"},
		"a time that is none":     {core.Config{"timeouts": core.Config{"create": "soon"}}, `timeouts").AttributeName("create`},
		"name not known yet":      {core.Config{"name": core.Unknown}, ""},
		"all not known yet": {core.Config{
			"name": core.Unknown, "description": core.Unknown, "image_uuid": core.Unknown, "instance_offering_uuid": core.Unknown,
			"l3_network_uuids": core.Unknown, "state": core.Unknown, "timeouts": core.Unknown,
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := w.Validate(t.Context(), vmType, w.block(test.changes))
			if test.attribute == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, `(AttributeName("`+test.attribute+`"))`)
		})
	}
}

// What is not known when it is planned is known when it is applied.
func TestPlanWithUnknownValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, plan := w.plan(nil, w.block(core.Config{"l3_network_uuids": core.Unknown, "state": core.Unknown}))
	require.Equal(t, core.Unknown, plan.After("l3_network_uuids"))
	vm := w.apply(nil, w.block(nil))
	_, plan = w.plan(vm, w.block(core.Config{"l3_network_uuids": core.Unknown}))
	require.Equal(t, core.Update, plan.Action)
	require.Equal(t, core.Unknown, plan.After("ips"))
}
