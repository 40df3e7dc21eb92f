package zstacktest

import (
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/zql"
)

func zqlAPIs() []*api {
	return []*api{on("ZQLQuery", zqlQuery)}
}

func zqlQuery(c *call) (*javajson.Object, *apierr.Error) {
	return zql.Run(c.matcher(), c.str("zql"))
}
