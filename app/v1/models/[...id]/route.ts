import {
  deleteModel,
  getModel,
  getModelCard,
  getModelSettings,
  loadModel,
  setModelSettings,
  unloadModel,
  updateModel,
  verifyModel,
} from '@/lib/api/endpoints/models'
import { route } from '@/lib/api/http'
import { byAction, methods } from '@/lib/api/methods'

export const dynamic = 'force-dynamic'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: byAction(
    {
      card: route(getModelCard, ({ services, params }) => services.models.card(params.id)),
      settings: route(getModelSettings, ({ services, params }) =>
        services.models.settings(params.id),
      ),
    },
    route(getModel, ({ services, params }) => services.models.get(params.id)),
  ),
  PUT: byAction({
    settings: route(setModelSettings, ({ services, params, body }) =>
      services.models.setSettings(params.id, body),
    ),
  }),
  PATCH: route(updateModel, ({ services, params, body }) =>
    services.models.update(params.id, body),
  ),
  DELETE: route(deleteModel, ({ services, params, query }) =>
    services.models.remove(params.id, query.force ?? false),
  ),
  POST: byAction({
    load: route(loadModel, ({ services, params }) => services.models.load(params.id)),
    unload: route(unloadModel, ({ services, params, query }) =>
      services.models.unload(params.id, query.force ?? false),
    ),
    verify: route(verifyModel, ({ services, params, signal }) =>
      services.models.verify(params.id, signal),
    ),
  }),
})
