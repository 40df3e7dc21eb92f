package zstack

import (
	"context"

	"github.com/zstack-go/zstack-go/types"
)

// An ownAction is one of the actions that the client runs itself. They repeat some of
// package actions, which this package cannot import: each has those of the parameters that
// are set.
type ownAction struct {
	info *ActionInfo

	AccountName  string       `json:"accountName" zstack:"notrim"`
	UserName     string       `json:"userName" zstack:"notrim"`
	UID          string       `json:"uid" zstack:"notrim"`
	Name         string       `json:"name" zstack:"notrim"`
	Password     types.Secret `json:"password" zstack:"notrim"`
	SessionUUID  types.Secret `json:"sessionUuid"`
	JobName      string       `json:"jobName"`
	JobData      types.Secret `json:"jobData"`
	ResourceUUID string       `json:"resourceUuid"`
	UUID         string       `json:"uuid"`
	APIID        string       `json:"apiId"`
	Conditions   []string     `json:"conditions"`

	SessionID       types.Secret `json:"sessionId" zstack:"credential"`
	AccessKeyID     string       `json:"accessKeyId" zstack:"credential"`
	AccessKeySecret types.Secret `json:"accessKeySecret" zstack:"credential"`
	RequestIP       string       `json:"requestIp" zstack:"credential"`
}

func (a ownAction) ActionInfo() *ActionInfo { return a.info }

// as returns the action with credentials of its own; without any, those of the client hold.
func (a ownAction) as(own authorization) ownAction {
	a.SessionID, a.AccessKeyID, a.AccessKeySecret = types.Secret(own.session), own.keyID, types.Secret(own.secret)
	return a
}

var (
	logInByAccount     = ActionInfo{Name: "LogInByAccountAction", Method: "PUT", Path: "/accounts/login", Body: "logInByAccount"}
	logInByUser        = ActionInfo{Name: "LogInByUserAction", Method: "PUT", Path: "/accounts/users/login", Body: "logInByUser"}
	logInByLDAP        = ActionInfo{Name: "LogInByLdapAction", Method: "PUT", Path: "/ldap/login", Body: "logInByLdap"}
	loginIAM2VirtualID = ActionInfo{Name: "LoginIAM2VirtualIDAction", Method: "PUT", Path: "/iam2/virtual-ids/login", Body: "loginIAM2VirtualID"}
	logOut             = ActionInfo{Name: "LogOutAction", Method: "DELETE", Path: "/accounts/sessions/{sessionUuid}"}
	renewSession       = ActionInfo{Name: "RenewSessionAction", Method: "PUT", Path: "/accounts/sessions/{sessionUuid}/renew", Body: "renewSession", Async: true, Session: true}
	submitLongJob      = ActionInfo{Name: "SubmitLongJobAction", Method: "POST", Path: "/longjobs", Body: "params", Async: true, Session: true,
		ResourceUUID: "resourceUuid", SettledBy: &queryLongJob}
	queryLongJob    = ActionInfo{Name: "QueryLongJobAction", Method: "GET", Path: "/longjobs", Session: true, Query: true}
	cancelLongJob   = ActionInfo{Name: "CancelLongJobAction", Method: "PUT", Path: "/longjobs/{uuid}/actions", Body: "cancelLongJob", Async: true, Session: true}
	getTaskProgress = ActionInfo{Name: "GetTaskProgressAction", Method: "GET", Path: "/task-progresses/{apiId}", Session: true, Reads: true}
	getVersion      = ActionInfo{Name: "GetVersionAction", Method: "PUT", Path: "/management-nodes/actions", Body: "getVersion"}
)

// callOwn runs an action of the client's own that can run twice without harm.
func (c *Client) callOwn(ctx context.Context, a Action, result any) error {
	r, err := prepare(a, c.product, "", nil)
	if err != nil {
		return err
	}
	r.read = true
	return c.newCall(r, callConfig{}).run(ctx, result)
}
