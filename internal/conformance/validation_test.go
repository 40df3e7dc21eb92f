package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/zstack"
)

// judged is a value that the reference SDK took or refused for one parameter,
// the others being those of the action's row in full.jsonl, or made up where it
// has none.
type judged struct {
	Action     string
	Param      string
	Constraint string
	Value      any
	Accepted   bool
}

func TestValidationJudgesAsTheReference(t *testing.T) {
	t.Parallel()
	api := loadAPI(t)
	full := map[string]map[string]any{}
	for _, row := range readRows[recorded](t, "full.jsonl") {
		for _, p := range api.actions[row.Action].Params {
			if v, ok := row.Params[p.Name]; ok && !api.fits(p.Type, v) {
				row.Params[p.Name] = api.sample(p.Type, 2)
			}
		}
		full[row.Action] = row.Params
	}
	for i, row := range readRows[judged](t, "validation.jsonl") {
		for _, how := range []string{"null", "absent"} {
			if how == "absent" && row.Value != nil {
				continue
			}
			t.Run(fmt.Sprintf("%d/%s/%s/%s/%s", i, row.Action, row.Param, row.Constraint, how), func(t *testing.T) {
				t.Parallel()
				params := maps.Clone(full[row.Action])
				if params == nil {
					params = api.params(row.Action)
				}
				params[row.Param] = row.Value
				if how == "absent" {
					delete(params, row.Param)
				}
				e, ok := registry.Lookup(row.Action)
				require.True(t, ok)
				a := e.New()
				text, err := json.Marshal(params)
				require.NoError(t, err)
				err = json.Unmarshal(text, a)
				if err == nil {
					err = zstack.Validate(a)
				}
				accepted := row.Accepted
				if instead, deviates := deviation(api, row); deviates {
					accepted = instead
				}
				if accepted {
					require.NoError(t, err)
					return
				}
				var refused *zstack.ValidationError
				require.True(t, errors.As(err, &refused), "got %v", err)
				require.Equal(t, row.Action, refused.Action)
				require.Equal(t, row.Param, refused.Field)
			})
		}
	}
}
