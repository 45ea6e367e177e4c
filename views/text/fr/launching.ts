// The words of opening a resource, in French: from which school, and why it does not open.

export const launching = {
  title: 'Ouvrir une ressource',
  school: {
    heading: (resource: string) => `Depuis quel établissement ouvrez-vous « ${resource} » ?`,
    intro: "Vous pouvez l'ouvrir depuis plusieurs établissements. L'éditeur ne saura que celui que vous choisissez.",
  },
  closed: {
    heading: "Cette ressource ne s'ouvre pas pour vous",
    named: (resource: string) => `« ${resource} » ne s'ouvre pas pour vous`,
    why: "Elle ne vous a pas été attribuée dans cet établissement, ou ne l'est plus. Rien n'a été transmis à l'éditeur.",
    next: 'Que faire',
    pupil:
      "Revenez à vos ressources : celles que vous pouvez ouvrir y sont. S'il en manque une pour un cours, dites-le à la personne qui vous l'a demandée : elle peut voir avec l'établissement qui donne les licences.",
    parent: "Les ressources s'ouvrent avec le compte de l'élève, jamais avec celui d'un parent.",
    resources: 'Mes ressources',
    back: "Revenir au site de l'éditeur",
    nothingSent: "Rien n'a été transmis à l'éditeur.",
  },
  severalSchools: "tous vos établissements depuis lesquels vous pouvez l'ouvrir",
  /** Of the notice: another way out than not to open it once. */
  decline: 'Ne pas être connu de cet éditeur',
  received: (resource: string) => `Ce que l'éditeur de « ${resource} » va recevoir`,
  cancel: 'Ne pas ouvrir',
};
