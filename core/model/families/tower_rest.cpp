#include "core/model/families/tower_rest.h"

namespace espalier {

namespace {

class TowerRest : public Block {
 public:
  TowerRest(const std::string& root, std::shared_ptr<const Model> whole, size_t first, TowerNorm norm)
      : Block({root + "rest", Component::Vision, false, {}}),
        m_whole(std::move(whole)),
        m_first(first),
        m_norm(std::move(norm)) {}
  void run(State& s, const Pass& pass) const override {
    if (!pass.recorded) return;
    // These layers are no part of the model, whose weights do not show them. The file does.
    const auto& file = pass.weights.checkpoint();
    const Weights weights = file ? Weights(file, pass.weights.device()) : pass.weights;
    for (const auto& tensor : m_whole->declared())
      if (!weights.has(tensor.name)) return;  // files need not hold what is not used
    auto whole = s;
    const Pass quiet{weights};
    for (size_t i = m_first; i < m_whole->blocks().size(); ++i) m_whole->blocks()[i]->run(whole, quiet);
    pass.record("last_hidden_state", m_norm.name.empty()
                                         ? whole.hidden
                                         : quiet.layerNorm(m_norm.name, whole.hidden, m_norm.epsilon));
  }

 private:
  std::shared_ptr<const Model> m_whole;
  size_t m_first;
  TowerNorm m_norm;
};

}  // namespace

void addTowerRest(Model& model, const std::string& root, std::shared_ptr<const Model> whole, size_t first,
                  TowerNorm norm) {
  model.add(std::make_unique<TowerRest>(root, std::move(whole), first, std::move(norm)));
}

}  // namespace espalier
