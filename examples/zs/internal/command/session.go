package command

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/types"
)

// giveSession gives LogOut the session to end, unless it has one.
func (r *callRun) giveSession() {
	out, isLogOut := r.action.(*actions.LogOutAction)
	if isLogOut && out.SessionUUID == nil && r.cloud.File != nil && r.cloud.File.Session != "" {
		out.SessionUUID = new(types.Secret(r.cloud.File.Session))
	}
}

// keepSession keeps the session that an action has opened, as zs login does, and forgets the one
// that LogOut has ended: zstack-cli does so, too.
func (r *callRun) keepSession(ctx context.Context, raw json.RawMessage) error {
	info := r.action.ActionInfo()
	if out, isLogOut := r.action.(*actions.LogOutAction); isLogOut {
		if r.cloud.File != nil && out.SessionUUID != nil && string(*out.SessionUUID) == r.cloud.File.Session {
			return cloud.Remove()
		}
		return nil
	}
	if info.Session || !strings.HasPrefix(strings.ToLower(info.Name), "login") || r.settings.Simulate {
		return nil
	}
	session, err := madeUUID(raw)
	if err != nil || session == "" {
		return nil
	}
	var who map[string]any
	_ = json.Unmarshal(r.data, &who) // It is for display only.
	name := ""
	for _, key := range []string{"accountName", "userName", "name", "uid"} {
		if s, isString := who[key].(string); isString && name == "" {
			name = s
		}
	}
	return r.cloud.Keep(ctx, name, session)
}
